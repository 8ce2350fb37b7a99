-- Scalar, IN, EXISTS, ANY/ALL, correlated, LATERAL.
-- setup
create table t1 as select cast(id as int) as id, cast(name as varchar) as name, cast(v as int) as v from (values (1, 'a', 10), (2, 'b', 20), (3, 'c', null), (4, 'd', 40), (5, null, 10)) as x(id, name, v);
create table t2 as select cast(id as int) as id, cast(name as varchar) as name, cast(v as int) as v from (values (1, 'a', 5), (1, 'b', 15), (2, 'c', 25), (4, 'e', null), (null, 'z', 10), (7, null, 10)) as x(id, name, v);
create table t0 as select * from t1 where false;
-- statements
select (select 1);
select (select max(v) from t1) as m;
select id, (select max(v) from t2) from t1;
select id, (select max(v) from t2 where t2.id = t1.id) as m from t1;
select id, (select count(*) from t2 where t2.id = t1.id) as n from t1;
-- duckdb: the peer refuses it
select id, (select sum(v) from t2 where t2.id < t1.id) as n from t1;
-- duckdb: the peer refuses it
select id, (select v from t2 where t2.id = t1.id and t2.name = 'a') as x from t1;
select id, (select v from t0) from t1;
select id, (select count(*) from t0) from t1;
select id, (select count(*) from t2 where t2.id = t1.id) + 1 as n from t1 where (select count(*) from t2 where t2.id = t1.id) > 0;
select id from t1 where v = (select min(v) from t1);
select id from t1 where v > (select avg(v) from t2);
select id from t1 where v > (select avg(v) from t2 where t2.id = t1.id);
select id from t1 where (select max(v) from t2 where t2.id = t1.id) > 10;
select id from t1 where v = (select v from t0);
select id from t1 where id in (select id from t2);
select id from t1 where id not in (select id from t2);
select id from t1 where id not in (select id from t2 where id is not null);
select id from t1 where id in (select id from t0);
select id from t1 where id not in (select id from t0);
select id from t1 where v in (select v from t2 where t2.id = t1.id);
-- duckdb: the peer refuses it
select id from t1 where v not in (select v from t2 where t2.id = t1.id);
select id from t1 where id in (select id from t2 where v > 10) or v = 40;
select id from t1 where id in (select id from t2) and id in (select id from t2 where v > 10);
select id from t1 where not (id in (select id from t2 where id is not null));
-- duckdb: the peer refuses it
select id, id in (select id from t2) as i from t1;
-- duckdb: the peer refuses it
select id, id not in (select id from t2) as i from t1;
-- duckdb: the peer refuses it
select id, v in (select v from t2) as i from t1;
-- duckdb: the peer refuses it
select id, v in (select v from t0) as i from t1;
-- differs: rows of several columns before IN: the peer has none
select (id, name) in (select id, name from t2) as i, id from t1 where id = 1;
select id from t1 where id + 1 in (select id from t2);
select id from t1 where id in (select id + 1 from t2);
select id from t1 where name in (select name from t2 group by name having count(*) = 1);
select id from t1 where exists (select 1 from t2);
select id from t1 where exists (select 1 from t0);
select id from t1 where not exists (select 1 from t0);
select id from t1 where exists (select 1 from t2 where t2.id = t1.id);
select id from t1 where not exists (select 1 from t2 where t2.id = t1.id);
select id from t1 where exists (select * from t2 where t2.id = t1.id and t2.v > 10);
select id from t1 where exists (select 1 from t2 where t2.v > t1.v);
select id from t1 where not exists (select 1 from t2 where t2.v > t1.v);
select id from t1 where exists (select 1 from t2 where t2.id = t1.id and t2.v <> t1.v);
-- duckdb: count gives a row for no rows too
select id from t1 where exists (select count(*) from t2 where t2.id = t1.id);
select id from t1 where exists (select id from t2 where t2.id = t1.id group by id having count(*) > 1);
select id from t1 where exists (select 1 from t2 where t2.id = t1.id) or id = 3;
-- duckdb: the peer refuses it
select id, exists (select 1 from t2 where t2.id = t1.id) as e from t1;
-- duckdb: the peer refuses it
select id, not exists (select 1 from t2 where t2.id = t1.id) as e from t1;
-- duckdb: the peer refuses it
select id, case when exists (select 1 from t2 where t2.id = t1.id) then 'y' else 'n' end as e from t1;
select id from t1 where exists (select 1 from t2 where t2.id = t1.id limit 1);
select id from t1 where exists (select 1 from t2 where t2.id = t1.id limit 0);
select id from t1 where id in (select id from t2 order by v limit 2);
select id from t1 where id = any (select id from t2);
select id from t1 where id <> all (select id from t2 where id is not null);
select id from t1 where v > all (select v from t2 where v is not null);
select id from t1 where v > any (select v from t2);
select id from t1 where v >= some (select v from t2 where v > 5);
select id from t1 where v < all (select v from t0);
select id from t1 where v < any (select v from t0);
select id from t1 where id = any ([1, 3]);
-- duckdb: the peer refuses it
select id from t1 where v = (select max(v) from t1 x where x.name < t1.name);
-- duckdb: the peer refuses it
select a.id, (select b.v from t1 b where b.id = a.id + 1) as nxt from t1 a;
-- duckdb: the peer refuses it
select a.id from t1 a where a.v = (select max(b.v) from t1 b where b.v < a.v + 1);
-- duckdb: the peer refuses it
select a.id, (select count(*) from t1 b where b.v <= a.v) as rnk from t1 a where a.v is not null;
select id from t1 where id in (select t2.id from t2 where t2.v in (select v from t2 x where x.id = t2.id));
select id from t1 where exists (select 1 from t2 where t2.id = t1.id and exists (select 1 from t2 x where x.v > t2.v));
-- duckdb: the peer refuses it
select id from t1 a where exists (select 1 from t2 b where b.id = a.id and exists (select 1 from t2 c where c.id = a.id and c.v > b.v));
-- duckdb: the peer refuses it
select id, (select (select max(v) from t2 x where x.id = t1.id)) as m from t1;
-- duckdb: the peer refuses it
select id, (select max(v) + t1.id from t2 where t2.id = t1.id) as m from t1;
-- duckdb: the peer refuses it
select id, (select t1.v) as same from t1;
-- duckdb: the peer refuses it
select id, (select t1.v + 1 where t1.v > 10) as w from t1;
-- duckdb: the peer refuses it
select id, (select max(x) from (select v as x from t2 where t2.id = t1.id) q) as m from t1;
select id, (select string_agg(name, ',' order by name) from t2 where t2.id = t1.id) as names from t1;
select id, (select array_agg(v order by v) from t2 where t2.id = t1.id) as vs from t1;
-- duckdb: the peer refuses it
select sum((select max(v) from t2 where t2.id = t1.id)) from t1;
-- duckdb: the peer refuses it
select id from t1 order by (select max(v) from t2 where t2.id = t1.id) nulls last, id;
select id, v from t1 group by id, v having v > (select min(v) from t2) order by id;
select v, count(*) from t1 group by v having count(*) > (select count(*) from t0);
select v, count(*) from t1 group by v having exists (select 1 from t2 where t2.v = t1.v);
select id from t1 where v between (select min(v) from t2) and (select max(v) from t2);
select id from t1 where (select true);
select id from t1 where v + (select 1) > 20;
select id from t1 where (select v from t2 where name = 'a') < v;
select t1.id, q.m from t1 join (select id, max(v) as m from t2 group by id) q on t1.id = q.id;
select t1.id, q.m from t1 left join (select id, max(v) as m from t2 group by id) q on t1.id = q.id;
select t1.id, t2.v from t1 join t2 on t1.id = t2.id and t2.v = (select max(v) from t2);
select t1.id, l.v from t1, lateral (select v from t2 where t2.id = t1.id) l;
select t1.id, l.m from t1 cross join lateral (select max(v) as m from t2 where t2.id = t1.id) l;
select t1.id, l.v from t1 left join lateral (select v from t2 where t2.id = t1.id) l on true;
-- duckdb: the peer refuses it
select t1.id, l.v from t1 join lateral (select v from t2 where t2.id = t1.id order by v desc limit 1) l on true;
-- duckdb: the peer refuses it
select t1.id, l.x from t1, lateral (select t1.v * 2 as x) l;
-- duckdb: the peer refuses it
select t1.id, l.x from t1, lateral (select t1.v + 1 as x union all select t1.v + 2) l;
select q.s from (select sum(v) as s from t1) q where q.s > (select count(*) from t2);
with c as (select * from t2) select id from t1 where id in (select id from c);
-- duckdb: the peer refuses it
with c as (select id, max(v) as m from t2 group by id) select id, (select m from c where c.id = t1.id) from t1;
select id from t1 where id in (select id from t2 union select 3);
select id from t1 where id in (select id from t2 intersect select id from t1);
-- duckdb: the peer has no IN (VALUES ...)
select id from t1 where id in (values (1), (3));
-- duckdb: the peer refuses it
select id from t1 where (select count(*) from t2 where t2.v > t1.v) = 1;
select (select count(*) from t1) + (select count(*) from t2) as n;
-- duckdb: no row is NULL, also for IS NULL
select (select id from t1 where id = 100) is null as n;
select coalesce((select max(v) from t0), -1) as n;
select * from (select (select max(id) from t1) as a, (select min(id) from t1) as b) q;
-- duckdb: the peer refuses it
select id from t1 where id not in (select id from t2 where t2.name = t1.name);
select id from t1 where name not in (select name from t2);
select id from t1 where null in (select id from t2);
select id from t1 where null not in (select id from t0);
select id from t1 where 1 in (select id from t2);
-- differs: the peer refuses this
select id from t1 where (1, 'a') in (select id, name from t2);
-- duckdb: the peer refuses it
select t1.id, t2.id from t1 full join t2 on t1.id = t2.id and t1.v in (select v from t2);
select id, (select max(v) from t2 where t2.id = t1.id) - (select min(v) from t2 where t2.id = t1.id) as spread from t1;
-- duckdb: the peer refuses it
select id, row_number() over (order by (select max(v) from t2 where t2.id = t1.id), id) as rn from t1 order by id;
select case when v > (select avg(v) from t1) then 'hi' else 'lo' end as c, id from t1;
select distinct (select max(v) from t2 where t2.id = t1.id) as m from t1;
select (select distinct v from t1 where id in (1, 5)) as d;
-- duckdb: the peer refuses it
select id from t1 where v <= (select v from t2 where t2.id = t1.id order by v desc limit 1);
select count(*) from t1 where exists (select 1 from t2 where t2.name = t1.name and t2.id = t1.id);
select id from t1 where exists (select 1 from (select id from t2 where v > 5) q where q.id = t1.id);
select id from t1 where exists (select 1 from t2 join t1 x on t2.id = x.id where x.v = t1.v);
select id, (select count(distinct t2.name) from t2 join t1 b on b.id = t2.id where b.v = t1.v) as n from t1;
-- duckdb: the peer refuses it
select id, (select max(rn) from (select row_number() over (order by v) as rn from t2 where t2.id = t1.id) q) as n from t1;
-- duckdb: the peer refuses it
update t0 set v = (select max(v) from t2);
-- error: Scalar subquery returned more than one row
select (select id from t1);
-- error
select id, (select v from t2 where t2.id = t1.id) as v from t1;
-- error
select id from t1 where id = (select id, v from t2);
-- error
select id from t1 where id in (select id, v from t2);
-- error
select id from t1 where id in (select nope from t2);
-- error
select id from t1 where exists (select 1 from nope);
-- error
select (select t9.id from t2);
-- error
select q.id from (select id from t1) where q.id = 1;
