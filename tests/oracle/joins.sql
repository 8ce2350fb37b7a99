-- Joins of all kinds.
-- setup
create table l as select cast(id as int) as id, cast(k as int) as k, cast(v as varchar) as v from (values (1, 10, 'a'), (2, 20, 'b'), (3, 20, 'c'), (4, null, 'd'), (5, 50, null)) as x(id, k, v);
create table r as select cast(k as int) as k, cast(w as varchar) as w, cast(z as double) as z from (values (10, 'p', 1.0), (20, 'q', 2.0), (20, 'r', null), (null, 's', 4.0), (60, 't', 5.5)) as x(k, w, z);
create table m as select cast(id as bigint) as id, cast(k as bigint) as k from (values (1, 10), (3, 20), (9, 60)) as x(id, k);
create table e as select * from r where false;
-- statements
select l.id, r.w from l join r on l.k = r.k;
select l.id, r.w from l inner join r on l.k = r.k;
select l.id, r.w from l left join r on l.k = r.k;
select l.id, r.w from l left outer join r on l.k = r.k;
select l.id, r.w from l right join r on l.k = r.k;
select l.id, r.w from l right outer join r on l.k = r.k;
select l.id, r.w from l full join r on l.k = r.k;
select l.id, r.w from l full outer join r on l.k = r.k;
select l.id, r.w from l cross join r;
select l.id, r.w from l, r where l.k = r.k;
select count(*) from l, r;
select * from l join r on l.k = r.k order by id, w;
select * from l left join r on l.k = r.k order by id, w;
select * from l right join r on l.k = r.k;
select * from l full join r on l.k = r.k;
select * from l join r using (k) order by id, w;
select * from l left join r using (k);
-- duckdb: the merged key is whichever side has it
select * from l right join r using (k);
-- duckdb: the merged key is whichever side has it
select * from l full join r using (k);
select k, id, w from l join r using (k);
-- duckdb: the merged key is whichever side has it
select k from l full join r using (k);
select l.k, r.k from l full join r using (k);
select * from l natural join r;
select * from l natural left join r;
-- duckdb: the merged key is whichever side has it
select * from l natural right join r;
-- duckdb: the merged key is whichever side has it
select * from l natural full join r;
-- duckdb: the peer calls the merged key ambiguous
select k, v, w from l natural join r where k = 20 order by v, w;
select * from l join m using (id, k);
select * from l natural join m;
select l.id, m.id from l join m on l.id = m.id and l.k = m.k;
select l.id, m.k from l join m on l.id = m.id where m.k > 10;
select * from l left semi join r on l.k = r.k;
select * from l left anti join r on l.k = r.k;
select * from l right semi join r on l.k = r.k;
select * from l right anti join r on l.k = r.k;
-- duckdb: the peer has these as LEFT SEMI and LEFT ANTI only
select * from l semi join r on l.k = r.k;
-- duckdb: the peer has these as LEFT SEMI and LEFT ANTI only
select * from l anti join r on l.k = r.k;
select l.id, r.w from l join r on l.k < r.k;
select l.id, r.w from l left join r on l.k < r.k;
select l.id, r.w from l right join r on l.k > r.k;
select l.id, r.w from l full join r on l.k > r.k;
select l.id, r.w from l join r on l.k = r.k and l.id > 2;
select l.id, r.w from l left join r on l.k = r.k and l.id > 2;
select l.id, r.w from l left join r on l.k = r.k and r.z > 1.5;
select l.id, r.w from l right join r on l.k = r.k and l.id > 2;
select l.id, r.w from l full join r on l.k = r.k and l.id > 2;
select l.id, r.w from l full join r on l.k = r.k and r.z is null;
select l.id, r.w from l left join r on l.k = r.k and l.id + r.z > 3;
select l.id, r.w from l full join r on l.k = r.k and l.id + r.z > 4;
select l.id, r.w from l left join r on l.k = r.k where r.w is null;
select l.id, r.w from l left join r on l.k = r.k where r.w = 'q';
select l.id, r.w from l left join r on true;
select l.id, r.w from l left join r on false;
select l.id, r.w from l right join r on false;
select l.id, r.w from l full join r on false;
select l.id, r.w from l join r on true where l.id = 1;
select l.id, r.w from l join r on 1 = 1 and l.id = 1;
select l.id, r.w from l join r on null;
select l.id, r.w from l left join r on l.id = 1;
select l.id, r.w from l full join r on l.id = 1 and r.w = 'p';
select l.id, r.w from l join r on l.k + 0 = r.k;
select l.id, r.w from l join r on l.k * 2 = r.k + 20;
select l.id, r.w from l join r on l.k = r.k or l.id = 5;
select l.id, r.w from l left join r on l.k = r.k or l.id = 5;
select l.id, r.w from l join r on l.k is not distinct from r.k;
select l.id, r.w from l left join r on l.k is not distinct from r.k;
select l.id, r.w from l full join r on l.k is not distinct from r.k;
select l.id, r.w from l join r on l.k is distinct from r.k;
select l.id, r.w from l join r on l.k <=> r.k;
select l.id, r.w from l join r on l.k = r.k and l.v is not distinct from r.w;
select l.id, e.w from l join e on l.k = e.k;
select l.id, e.w from l left join e on l.k = e.k;
select l.id, e.w from l right join e on l.k = e.k;
select l.id, e.w from l full join e on l.k = e.k;
select e.w, l.id from e right join l on l.k = e.k;
select * from l left anti join e on l.k = e.k;
select * from l left semi join e on l.k = e.k;
select * from e cross join l;
select l.id, x.id from l join l x on l.k = x.k;
select a.id, b.id from l a left join l b on a.id = b.id + 1 order by a.id;
select a.id, b.id, c.w from l a join l b on a.k = b.k join r c on b.k = c.k;
select a.id, m.id, c.w from l a left join m on a.id = m.id left join r c on m.k = c.k order by 1, 2, 3;
select l.id, r.w, m.id from l, r, m where l.k = r.k and r.k = m.k;
select l.id, r.w, m.id from l join r on l.k = r.k, m where m.id = l.id;
select l.id from l join (r join m on r.k = m.k) on l.k = r.k;
select l.id, q.w from l join (select * from r where z > 1) q on l.k = q.k;
select q.id, q2.w from (select id, k from l) q join (select k, w from r) q2 on q.k = q2.k;
select l.id, s.n from l join (select k, count(*) as n from r group by k) s on l.k = s.k;
select l.k, count(*), sum(r.z) from l left join r on l.k = r.k group by l.k order by l.k;
select count(*) from l a cross join l b cross join l c;
select l.id, r.w from l join r on l.k = r.k order by l.id desc, r.w desc limit 3;
select distinct l.k from l join r on l.k = r.k;
select l.id, m.id from l join m on l.id = m.id;
select arrow_typeof(id), arrow_typeof(k) from l join m using (id, k) limit 1;
select l.id, m.id from l join m on cast(l.id as varchar) = cast(m.id as varchar);
select l.id, m.id from l join m on l.v = m.id::varchar;
select a.x, b.x from (values (1.0), (2.0), (null)) a(x) join (values (1), (2), (3)) b(x) on a.x = b.x;
select a.x, b.x from (values (0.0), ('nan'::double)) a(x) join (values (-0.0), ('nan'::double)) b(x) on a.x = b.x;
select a.x, b.x from (values ('a'), ('b')) a(x) left join (values ('b'), ('c')) b(x) on a.x = b.x;
select a.x, b.x from (values (date '2020-01-01')) a(x) join (values (timestamp '2020-01-01 00:00:00')) b(x) on a.x = b.x;
select a.x, b.x from (values (1.10::decimal(5,2))) a(x) join (values (1.1::decimal(5,1))) b(x) on a.x = b.x;
select a.x, b.x from (values (true), (false)) a(x) full join (values (true), (null)) b(x) on a.x = b.x;
select a.x, b.y from (values ([1, 2]), ([3])) a(x) join (values ([1, 2], 'z')) b(k, y) on a.x = b.k;
select l.id, r.w from l inner join r on (l.k = r.k);
select l.id, r.w from (l join r on l.k = r.k);
select * from (l cross join m) limit 0;
select l.*, r.w from l join r on l.k = r.k where l.id = 1;
select r.*, l.id from l join r on l.k = r.k where l.id = 1;
select l.k = r.k as eq, l.id from l join r on l.k = r.k;
select coalesce(l.k, r.k) as k, v, w from l full join r on l.k = r.k order by k, v, w;
select l.id from l join r on l.k = r.k and r.w = 'q' and l.v = 'b';
select l.id, r.w from l join r on l.k = r.k where l.id in (1, 2) and r.w like 'q%';
select l.id, r.w from l join r on l.k between r.k - 5 and r.k + 5;
select l.id, r.w from l left join r on r.z between l.id and l.id + 1 order by 1, 2;
select l.id from l where l.k in (select k from r);
select l.id from l where exists (select 1 from r where r.k = l.k and r.z > 1);
select l.id from l where not exists (select 1 from r where r.k = l.k);
select x.a, y.b from (select 1 as a) x, (select 2 as b) y;
select x.a from (select 1 as a) x join (select 1 as a) y using (a);
select a, b, c from (select 1 as a, 2 as b) x natural join (select 1 as a, 3 as c) y;
select * from (select 1 as a) x natural join (select 2 as b) y;
select * from (values (1, 2)) a(x, y) join (values (1, 3)) b(x, y) using (x);
select a.y, b.y from (values (1, 2)) a(x, y) join (values (1, 3)) b(x, y) using (x);
select * from l join r using (k) join m using (k);
-- differs: the peer refuses this
select k, l.id, m.id from l left join r using (k) left join m using (k) order by k, 2, w;
select t1.id from l t1 join l t2 on t1.id = t2.id join l t3 on t2.id = t3.id where t3.k = 20;
select sum(l.id * r.z) from l join r on l.k = r.k;
select max(r.z), l.v from l join r on l.k = r.k group by l.v having count(*) > 1 order by 2;
-- error
select k from l join r on l.k = r.k;
-- error
select * from l join r on l.nope = r.k;
-- error
select * from l join r using (nope);
-- error
select * from l join l on l.id = l.id;
-- error
select * from l join r on l.k;
select * from l join r;
-- error
select * from l left join r;
-- error
select r.w from l left semi join r on l.k = r.k;
-- error
select * from l join r on l.v + 1 = r.k and;
-- error
select * from l join nope on true;
select a.id, b.id from l a join l b on a.id < b.id and a.k = b.k;
select a.id, count(b.id) from l a left join l b on a.id > b.id group by a.id order by a.id;
select l.id, r.w from l left join r on l.k = r.k and l.v = 'zzz';
select l.id from l left join r on l.k = r.k where coalesce(r.z, -1) = -1 order by 1;
select l.id, r.w from r right join l on l.k = r.k order by 1, 2;
select l.id, r.w from r left join l on l.k = r.k where l.id is null or l.id = 1;
select l.id, r1.w, r2.w from l left join r r1 on l.k = r1.k left join r r2 on l.k = r2.k and r1.w <> r2.w order by 1, 2, 3;
select l.id, lag(l.id) over (order by l.id, r.w) from l join r on l.k = r.k order by 1, 2;
select l.id, u.x from l, unnest([1, 2]) as u(x) where l.id = 1;
select l.id, g.value from l cross join generate_series(1, 2) g where l.id < 3;
select l.id, g.value from l join range(3) g on g.value = l.id;
with a as (select * from l), b as (select * from r) select a.id, b.w from a join b on a.k = b.k where b.z = 2.0;
select l.id from l join r on l.k = r.k union select m.id from m order by 1;
select l.id, (select max(z) from r where r.k = l.k) as mz from l order by 1;
select * from l a where a.id = (select min(b.id) from l b where b.k = a.k);
-- duckdb: the merged key is whichever side has it
select * from m left join l using (id) order by id;
select m.*, l.v from m left join l on m.id = l.id and m.k = l.k order by m.id;
select l.id, m.id from l full join m on l.id = m.id order by 1, 2;
select l.id + m.id from l full join m on l.id = m.id order by 1 nulls first;
select q.id, r.w from (select l.id, l.k from l join e on l.k = e.k) q full join r on q.k = r.k;
select q.id, r.w from (select l.id, l.k from l join e on l.k = e.k) q right join r on q.k = r.k;
select q.id, r.w from r full join (select l.id, l.k from l join e on l.k = e.k) q on q.k = r.k left join m on m.id = q.id;
select count(*) from (select l.id, l.k from l join e on l.k = e.k) q full join r on q.k = r.k;
select distinct r.w from (select l.id, l.k from l join e on l.k = e.k) q full join r on q.k = r.k;
