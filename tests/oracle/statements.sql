-- SPDX-FileCopyrightText: 2026 The Bowstring Authors
-- SPDX-License-Identifier: Apache-2.0

select version() like 'Apache DataFusion%';
select 1 = any([1,2]), 3 = any([1,2]), 3 <> all([1,2]);
create table sc(v int) as values (1),(6),(10),(null);
-- differs: the peer's ANY finds none of the greater rows
select v from sc where v > any(select v from sc) order by v;
-- differs: the peer's ALL finds none of the greater rows
select v from sc where v > all(select v from sc where v < 6) order by v;
select v from sc where v = any(select 6) order by v;
-- differs: the peer's ALL keeps every row
select v from sc where v >= all(select v from sc where v is not null) order by v;
-- differs: the peer refuses this
select v, v = some(select 6) from sc order by v;
-- differs: the peer refuses this
from sc |> where v > 1 |> select v;
select * from sc |> where v > 1 |> order by v desc |> limit 1;
select * from sc |> extend v + 1 as w |> order by v;
select * from sc |> aggregate sum(v) as s;
select * from sc |> select v |> as x |> where x.v = 1;
select * from sc |> union all (select 3) |> order by v;
select * from sc |> join (select 1 as k) y on y.k = sc.v;
set datafusion.execution.batch_size = 100;
show datafusion.execution.batch_size;
set time zone = '+08:00';
select arrow_typeof(now());
show time zone;
show timezone;
set timezone to 'UTC';
show nothing.at.all;
set datafusion.nothing = 1;
set datafusion.execution.batch_size = 'abc';
set datafusion.execution.coalesce_batches to false;
reset datafusion.execution.batch_size;
show datafusion.execution.batch_size;
select union_extract(union_column, 'int') from (select 1) as t;
select arrow_typeof(arrow_cast(1, 'Float16')), arrow_cast('1.5','Float16'), arrow_cast(1.5,'Float16') + 1;
select arrow_cast('a', 'RunEndEncoded("run_ends": non-null Int32, "values": Utf8)');
select arrow_typeof(arrow_cast('a', 'Dictionary(Int32, Utf8)'));
select current_date = today(), current_date() = current_date, arrow_typeof(current_time), arrow_typeof(current_timestamp);
select arrow_metadata(1), arrow_field(1);
select named_struct('a', 1)['a'], struct(1,2)['c0'], row(1,'x');
select {'a': 1, b: 2};
select [1,2,3][1:2], [1,2,3][-1], [1,2,3][2:], [1,2,3,4,5][1:5:2], [1,2][5];
select unnest([1,2,3]), unnest([4,5]);
select unnest(struct(1,2));
select unnest([[1,2],[3]]), unnest(unnest([[1,2],[3]]));
select * from unnest([1,2,3]) as t(a);
select * from unnest([1,2], ['a','b','c']) as t(a,b);
select * from unnest([1,2]) with ordinality;
select unnest(null);
select unnest([]::int[]);
select sum(unnest([1,2,3]));
select unnest([1,2]) + 1 as x order by x desc;
select a, unnest(b) from (values (1,[1,2]),(2,[]),(3,null)) t(a,b);
-- differs: the peer refuses this
select * from (values (1,[1,2]),(2,[3])) t(a,b) cross join unnest(b) as u(c);
-- differs: the peer refuses this
select * from (values (1,[1,2]),(2,[3])) t(a,b), lateral (select unnest(b) as c) order by 1, 3;
-- differs: the peer refuses this
select * from sc, lateral (select sc.v + 1 as w) order by 1;
-- differs: the peer refuses this
select * from sc left join lateral (select sc.v * 2 as w where sc.v > 5) on true order by 1;
select * from generate_series(1, 3);
select * from range(1, 5, 2);
select value from generate_series(5, 1, -2);
select * from generate_series(1, null);
select * from generate_series(timestamp '2020-01-01', timestamp '2020-01-03', interval '1 day');
select * from generate_series(date '2020-01-01', date '2020-01-03', interval '1 day');
select generate_series(1,3), range(3), generate_series(date '2020-01-01', date '2020-03-01', interval '1 month');
-- differs: the peer refuses this
select exists(select 1), not exists(select 1 where false);
select (select max(v) from sc), (select v from sc where false);
select (select v from sc);
-- differs: the peer refuses this
select v in (select v from sc) from sc order by v;
-- differs: the peer refuses this
select v not in (select v from sc where v is not null) from sc order by v;
select v from sc where v not in (select v from sc);
select v from sc s where exists (select 1 from sc where sc.v < s.v) order by v;
-- differs: the peer refuses this
select v, (select count(*) from sc x where x.v < sc.v) c from sc order by v;
-- differs: the peer refuses this
select v, (select max(x.v) from sc x where x.v < sc.v) c from sc order by v;
-- differs: the peer refuses this
select v from sc where v = (select min(x.v) from sc x where x.v >= sc.v) order by v;
describe sc;
desc sc;
describe select 1 as a, 'x' as b;
describe nothing;
prepare p1(int) as select $1 + 1;
execute p1(5);
execute p1('a');
execute p1;
prepare p2 as select $1, $2;
execute p2(1, 'x');
execute p2(1);
deallocate p1;
execute p1(1);
prepare p1(int, varchar) as select v from sc where v > $1 and 'a' = $2;
execute p1(1, 'a');
prepare p1 as select 1;
prepare p3 as select * from sc limit $1;
execute p3(1);
prepare p4(int) as select $1 union all select $1 + 1;
execute p4(1);
deallocate prepare p4;
create view vw as select v + 1 as w from sc where v is not null;
select * from vw order by w;
create or replace view vw(z) as select v from sc;
select z from vw order by z;
show create table vw;
show create table sc;
drop view vw;
drop view vw;
drop view if exists vw;
drop table vw;
create table if not exists sc(v int);
create table sc(v int);
create or replace table sc2 as select 1 as a;
create table sc3(a int not null, b varchar default 'x', c double);
insert into sc3(a) values (1);
insert into sc3(a, c) values (2, 2.5), (3, 1);
insert into sc3 values (null, 'a', 1);
insert into sc3 values (4, 'q');
insert into sc3(nope) values (1);
insert into sc3(c, a) select 9.5, 10;
select * from sc3 order by a;
update sc3 set b = 'new' where a = 1;
delete from sc3 where a = 2;
truncate table sc3;
create schema s1;
create table s1.t(a int) as values (1);
select * from s1.t;
drop schema s1;
drop schema s1 cascade;
create schema if not exists s1;
create schema s1;
create database db1;
select * from information_schema.schemata order by 1,2;
create table e();
insert into e default values;
create temporary table tt(a int);
create external table ext(a int) stored as csv location '/nonexistent/x.csv';
create index i on sc(v);
alter table sc add column x int;
begin;
commit;
start transaction;
rollback;
use db1;
values (1,'a'),(2,'b') order by 1 desc limit 1;
values (1),(2,3);
select * from (values (1, 'a'), (2, null)) as t(a, b) where b is null;
select t.* exclude (a) from (values (1,2)) t(a,b);
select * exclude a from (values (1,2)) t(a,b);
select * except (a) from (values (1,2)) t(a,b);
select * replace (a + 1 as a) from (values (1,2)) t(a,b);
select * exclude (a, b) from (values (1,2)) t(a,b);
select * exclude (z) from (values (1,2)) t(a,b);
-- differs: the peer refuses this
select * rename (a as z) from (values (1,2)) t(a,b);
-- differs: the peer reads the pattern and does not use it
select * ilike '%a%' from (values (1,2)) t(a,b);
select t.a as x, x + 1 from (values (1)) t(a);
select a as b, b as c from (values (1)) t(a) where b = 1;
select 'a' 'b';
select "a" from (select 1 as a), (select 2 as b);
select A, "A" from (select 1 as "A", 2 as a);
select count(*) as "count(*)", 1 as "1";
select * from sc limit 2 offset 1;
select * from sc order by v limit 0;
select * from sc offset 2;
select * from sc limit -1;
select * from sc limit null;
select * from sc order by v limit 1 + 1;
select * from sc limit (select 1);
-- differs: the peer refuses this
select * from sc fetch first 1 rows only;
select top 1 v from sc;
select v from sc order by v asc nulls first, 1 desc;
select v from sc order by 2;
select v from sc order by 'a', v;
select v as a from sc order by a + 1;
select v as a from sc order by -v;
select distinct v from sc order by v + 1;
select distinct v from sc order by abs(v);
select v from sc union select 1 union all select 6 order by v;
select v from sc intersect select 6;
select v from sc except select 6 order by 1;
select v from sc intersect all select 6;
select v from sc except all select 6 order by 1;
select 1 as a union select 2 as b order by a;
select 1 as a union by name select 2 as b;
select 1 as a, 2 as b union all by name select 3 as b, 4 as a;
select 1 union select 'a';
select 1 union all select 1.5 union all select null;
select 1, 2 union select 1;
(select 1 as a order by a limit 1) union all (select 2 limit 1) order by a;
select null union select null;
select null union all select 1;
