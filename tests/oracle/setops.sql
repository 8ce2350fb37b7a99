-- UNION, INTERSECT, EXCEPT, their order, ORDER BY, LIMIT, DISTINCT ON, VALUES.
-- setup
create table a as select cast(x as int) as x, cast(s as varchar) as s from (values (1, 'p'), (2, 'q'), (2, 'q'), (3, null), (null, 'n'), (null, 'n')) v(x, s);
create table b as select cast(x as bigint) as x, cast(s as varchar) as s from (values (2, 'q'), (3, null), (4, 'r'), (null, 'n'), (2, 'z')) v(x, s);
create table o as select cast(id as int) as id, cast(k as int) as k, cast(t as varchar) as t, cast(f as double) as f from (values (1, 3, 'c', '1.0'), (2, 1, 'B', 'nan'), (3, null, 'a', '-0.0'), (4, 2, null, '0.0'), (5, 3, 'A', null), (6, 1, 'b', '-inf'), (7, 2, 'ä', 'inf')) v(id, k, t, f);
-- statements
select x from a union all select x from b;
select x from a union select x from b;
select x from a union distinct select x from b;
select x, s from a union select x, s from b;
select x from a intersect select x from b;
select x, s from a intersect select x, s from b;
select x from a intersect all select x from b;
select x from a except select x from b;
select x, s from a except select x, s from b;
select x from a except all select x from b;
select s from a except select s from b;
select x from b except select x from a;
select x from a union all select x from b order by x;
select x from a union select x from b order by x desc nulls last limit 2;
select x as y from a union all select x from b order by y;
select x from a union all select x from b order by 1 limit 3 offset 1;
select 1 union select 2 union select 1 order by 1;
select 1 as a union all select 2 as b;
select 1 union all (select 2 union all select 3);
(select 1 union all select 2) union select 1;
select x from a where x = 1 union all select x from a where x = 2 union all select x from a where x = 3;
(select x from a order by x limit 1) union all (select x from b order by x desc nulls last limit 1);
select x from a intersect select x from b union select 100;
select x from a union select 100 intersect select 100;
select x from a except select x from b except select 1;
select x, s from a union by name select s, x from b;
select x, s from a union all by name select s, x from b;
select x as p from a union all by name select x as q from b;
select count(*) from (select x from a union all select x from b);
select x, count(*) from (select x from a union all select x from b) group by x;
select x from (select x from a union select x from b) where x > 1;
select null union select null;
select null union all select 1;
select 1 as n, 'a' as s union all select null, null;
select 1, 2.5 union all select 3.5, 4;
select date '2020-01-01' union all select date '2021-01-01' order by 1;
select cast(1 as tinyint) union all select 1000;
select x from a union all select f from o where id = 1;
select arrow_typeof(x) from (select x from a union all select x from b) limit 1;
select [1] union all select [2, 3];
select {'a': 1} union all select {'a': 2};
values (1, 'a') union all values (2, 'b');
select * from (values (1), (2)) union all select 3;
with c as (select x from a union select x from b) select count(*) from c;
select x from a union all select x from a order by x nulls first;
select (select 1 union select 1);
select x from a where x in (select x from b union select 1);
select 'a' as k, sum(x) from a union all select 'b', sum(x) from b order by k;
select x, 'a' as src from a union all select x, 'b' from b order by src, x;
select distinct x from a union all select distinct x from b order by x;
select x from a group by x union all select x from b group by x order by 1;
select false union select true union select null;
select 0.0::double union select -0.0::double;
select 'nan'::double union select 'nan'::double;
select x from a limit 0 union all select 1;
-- error
select 1, 2 union all select 1;
-- error
select x from a union all select s from a;
-- error
select x from a intersect select x, s from b;
-- error
select x from a union select x from b order by s;
-- error
select x from a union;
select id from o order by id;
select id from o order by k, id;
select id from o order by k desc, id desc;
select id from o order by k nulls first, id;
select id from o order by k desc nulls last, id;
select t from o order by t;
select t from o order by t desc;
select f from o order by f;
select id, f from o order by f, id;
-- duckdb: zeros of both signs are equal, also when sorted downwards
select id from o order by f desc, id;
select f from o order by f desc, id;
select f from o order by f nulls first;
select id, k + id as s from o order by s, id;
select id from o order by k + id, id;
select id from o order by -id;
select id from o order by lower(t), id;
select id from o order by k is null, id desc;
select id from o order by case when k = 2 then 0 else 1 end, id;
select id, k from o order by 2, 1;
select id as k2, k from o order by k2 desc;
select k as id, id as k from o order by id, k;
select id from o order by o.k, o.id;
-- duckdb: the peer has no ORDER BY ALL
select id from o order by all;
-- duckdb: the peer has no ORDER BY ALL
select k from o order by all;
-- duckdb: the peer has no ORDER BY ALL
select id from o order by all desc;
-- differs: duckdb puts NULL last, the peer has no ORDER BY ALL
select k from o order by all desc;
select k, count(*) from o group by k order by count(*) desc, k;
select k, count(*) as c from o group by k order by c, k;
select k from o group by k order by sum(id);
select distinct k from o order by k;
select distinct k, t from o order by k, t;
select distinct k + 1 as k1 from o order by k1 desc;
select id from o order by id limit 3;
select id from o order by id limit 3 offset 2;
select id from o order by id offset 5;
select id from o order by id limit 0;
select id from o order by id limit 100;
select id from o order by id limit 2 offset 100;
select id from o order by id limit 1 + 1;
select id from o order by id offset 2 limit 2;
select id from o order by id limit all;
select id from o order by id limit null;
select id from o order by id desc limit 2;
select count(*) from (select id from o limit 3);
select count(*) from (select id from o offset 5);
select sum(id) from (select id from o order by id desc limit 2);
select id from (select id from o order by id limit 3) order by id desc;
select id from (select id from o order by id desc limit 4) where id < 7 order by id;
select k, max(id) from o group by k order by k limit 2;
select a.id from o a join o b on a.k = b.k order by a.id, b.id limit 3;
select id from o where k > 1 order by id limit 2;
select id from o order by f desc nulls last, id limit 3;
select id from o order by t limit 3;
select id from o order by random() * 0, id limit 3;
select distinct on (k) k, id from o order by k, id;
select distinct on (k) id, k from o order by k, id desc;
select distinct on (k) k, t from o order by k nulls first, id;
select distinct on (k, t) id from o order by k, t, id;
select distinct on (k) * from o order by k, id;
select distinct on (k + 1) id from o order by k + 1, id;
select distinct on (k) id as i from o where k is not null order by k, id limit 1;
select count(*) from (select distinct on (k) id from o order by k, id);
select distinct on (true) id from o order by true, id;
-- error
select distinct on (k) id from o order by id;
-- error
select id from o order by nope;
-- error
select id from o order by 5;
-- error
select id from o order by 0;
-- error
select id from o limit -1;
-- error
select id from o offset -1;
-- error
select id from o limit 'x';
-- error
select distinct id from o order by k;
-- error
select id from o limit id;
select * from (values (1, 'a'), (2, 'b'), (3, null)) t(n, s) order by n desc;
select n * 2 from (values (1), (2)) t(n) order by 1;
select column2 from (values (1, 'x'), (2, 'y')) order by column1 desc;
values (1, 2, 3);
values (1), (2), (3) order by 1 desc;
values (1), (2), (3) limit 2;
values ('a', true, 1.5, null, date '2020-01-01');
values (1 + 1, upper('a')), (3, 'b');
-- duckdb: the peer refuses it
values ((select max(x) from a));
select t.* from (values (1, 2)) as t;
select v.a + v.b from (values (1, 2), (3, 4)) v(a, b) order by 1;
-- error
values (1), (2, 3);
-- error
values ();
-- differs: FETCH FIRST works
select id from o order by id fetch first 2 rows only;
select id from o order by id offset 1 rows;
select id from o tablesample (100 percent) order by id;
