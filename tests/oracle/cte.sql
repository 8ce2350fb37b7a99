-- WITH, WITH RECURSIVE.
-- setup
create table emp as select cast(id as int) as id, cast(boss as int) as boss, cast(name as varchar) as name, cast(pay as int) as pay from (values (1, null, 'ann', 100), (2, 1, 'bob', 80), (3, 1, 'cat', 90), (4, 2, 'dan', 50), (5, 2, 'eve', 55), (6, 4, 'fay', 20)) v(id, boss, name, pay);
-- statements
with a as (select 1 as x) select * from a;
with a as (select 1 as x), b as (select 2 as y) select * from a, b;
with a as (select 1 as x), b as (select x + 1 as y from a) select * from b;
with a(p, q) as (select 1, 2) select p + q from a;
with a(p) as (values (1), (2)) select p from a order by p;
with a as (select * from emp where pay > 60) select name from a order by name;
with a as (select * from emp) select x.name, y.name from a x join a y on x.boss = y.id order by x.id;
with a as (select boss, count(*) as n from emp group by boss) select emp.name, a.n from emp join a on emp.id = a.boss order by 1;
with emp as (select 1 as id) select * from emp;
with a as (with b as (select 5 as z) select z from b) select * from a;
with a as (select 1 as x) select * from (with b as (select x from a) select x + 1 as y from b) q;
with a as (select 1 as x) select (select x from a) + 1 as y;
with a as (select max(pay) as m from emp) select name from emp where pay = (select m from a);
with a as (select id from emp where boss is null) select name from emp where boss in (select id from a) order by name;
with a as (select 1 as x union all select 2) select sum(x) from a;
with a as (select 1 as x) select * from a union all select * from a;
-- duckdb: the peer knows no MATERIALIZED
with a as materialized (select 1 as x) select * from a;
-- duckdb: the peer knows no MATERIALIZED
with a as not materialized (select 1 as x) select * from a;
with a as (select name, pay, rank() over (order by pay desc) as r from emp) select name from a where r <= 2 order by r;
with a as (select 1 as x), a2 as (select 2 as x) select a.x, a2.x from a cross join a2;
with t as (select pay / 10 * 10 as b from emp) select b, count(*) from t group by b order by b;
with x as (select 1 as "A") select "A" from x;
with recursive n as (select 1 as i union all select i + 1 from n where i < 5) select * from n order by i;
with recursive n(i) as (values (1) union all select i + 1 from n where i < 5) select i from n order by i;
with recursive n as (select 1 as i union all select i + 1 from n where i < 100) select count(*), sum(i) from n;
with recursive t as (select id, boss, name, 0 as depth from emp where boss is null union all select e.id, e.boss, e.name, t.depth + 1 from emp e join t on e.boss = t.id) select name, depth from t order by depth, name;
with recursive t as (select id, cast(name as varchar) as path from emp where boss is null union all select e.id, t.path || '/' || e.name from emp e join t on e.boss = t.id) select path from t order by path;
with recursive f as (select 0 as a, 1 as b union all select b, a + b from f where b < 50) select a from f order by a;
with recursive n as (select 1 as i union select i % 3 + 1 from n) select i from n order by i;
with recursive n as (select 1 as i where false union all select i + 1 from n where i < 3) select * from n;
with recursive n as (select 1 as i union all select i + 1 from n where i < 3) select a.i, b.i from n a join n b on a.i = b.i order by 1;
with recursive n as (select 1 as i union all select i + 1 from n where i < 3), m as (select i * 10 as j from n) select j from m order by j;
with recursive n as (select 1 as i, 'a' as s union all select i + 1, s || 'a' from n where i < 4) select s from n order by i;
with recursive n as (select 1 as i union all select i * 2 from n where i < 100) select max(i) from n;
with recursive n as (select 1 as i union all select i + 1 from n where i < 10) select i from n where i % 2 = 0 order by i;
with recursive n as (select 10 as i union all select i - 3 from n where i - 3 > 0) select i from n order by i;
with recursive boss_of as (select id, boss from emp where id = 6 union all select e.id, e.boss from emp e join boss_of b on e.id = b.boss) select id from boss_of order by id;
with recursive n as (select 1 as i union all select i + 1 from n where i < 5) select i, row_number() over (order by i desc) as r from n order by i;
with recursive n as (select 1 as i union all select i + 1 from n where i < 3) select * from n union all select 100 order by 1;
with recursive a as (select 1 as x), b as (select x + 1 as y from a) select * from b;
with recursive n as (select 1 as i union all select i + 1 from n where i < 5) select sum(i) over (order by i) from n order by 1;
with recursive n as (select id from emp where id = 1 union all select emp.id from emp, n where emp.boss = n.id) select count(*) from n;
with recursive n as (select 1 as i, 1 as f union all select i + 1, f * (i + 1) from n where i < 6) select f from n order by i;
select * from (with a as (select 3 as x) select x from a) q;
with a as (select id from emp order by pay limit 2) select * from a order by id;
with a as (select 1 as x) select * from a as b where b.x = 1;
with a as (select * from emp), b as (select * from a where pay > 50), c as (select count(*) as n from b) select n from c;
-- error
with a as (select 1 as x) select * from b;
-- error
with a as (select 1), a as (select 2) select * from a;
-- error
with a(p, q) as (select 1) select * from a;
-- error
with a as (select * from b), b as (select 1) select * from a;
-- error
with recursive n as (select 1 as i union all select 'a' from n) select * from n;
-- error
with recursive n as (select i + 1 from n) select * from n;
-- error
with a select 1;
