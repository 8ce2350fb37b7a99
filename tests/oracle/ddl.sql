-- CREATE, DROP, INSERT, UPDATE, DELETE, VIEW, SCHEMA, PREPARE, SET, SHOW, DESCRIBE, information_schema.
-- statements
create table t1 (a int, b varchar, c double not null);
select * from t1;
insert into t1 values (1, 'x', 1.5), (2, null, 2.5);
select * from t1 order by a;
insert into t1 (c, a) values (9.5, 3);
select * from t1 order by a;
insert into t1 select a + 10, b || '!', c * 2 from t1 where a < 3;
select * from t1 order by a;
insert into t1 (a, b, c) select 100, 'q', 0;
select count(*) from t1;
insert into t1 values (200, 'cast', 7);
select a, b, c from t1 where a = 200;
-- error
insert into t1 values (1);
-- error
insert into t1 (a, nope) values (1, 2);
-- error
insert into nope values (1);
-- error
insert into t1 (a, a, c) values (1, 2, 3.0);
-- error
insert into t1 values (1, 'x', null);
update t1 set b = 'upd' where a = 1;
select * from t1 order by a;
update t1 set a = a + 1, c = c * 10 where a > 99;
select * from t1 order by a;
update t1 set b = null;
select count(b) from t1;
update t1 set b = case when a < 10 then 'low' else 'high' end;
select b, count(*) from t1 group by b order by b;
-- error
update t1 set nope = 1;
-- error
update nope set a = 1;
delete from t1 where a > 100;
select * from t1 order by a;
delete from t1 where b = 'zzz';
delete from t1;
select count(*) from t1;
drop table t1;
-- error
select * from t1;
-- error
drop table t1;
drop table if exists t1;
create table t2 as select 1 as a, 'x' as b;
select * from t2;
-- error: already exists
create table t2 as select 1 as a;
create table if not exists t2 as select 99 as z;
select * from t2;
create or replace table t2 as select 5 as z;
select * from t2;
create table t3 as values (1, 'a'), (2, 'b');
select * from t3 order by column1;
create table t4 (x int, y varchar) as values (1, 'a'), (2, null);
select * from t4 order by x;
select arrow_typeof(x), arrow_typeof(y) from t4 limit 1;
-- error
create table t5 (x int, y int) as values (1);
create table t6 (a tinyint, b smallint, c int, d bigint, e real, f double, g decimal(10,2), h varchar, i boolean, j date, k timestamp, l time, m bytea, n int unsigned);
describe t6;
select column_name, data_type, is_nullable from information_schema.columns where table_name = 't6' order by ordinal_position;
create table t7 (a int not null, b int default 5);
describe t7;
insert into t7 (a) values (1);
select * from t7;
create table t8 (a int, primary key (a));
insert into t8 values (1);
select * from t8;
create view v1 as select z * 2 as zz from t2;
select * from v1;
-- error
create view v1 as select 1 as q;
create or replace view v1 as select z + 1 as zz from t2;
select * from v1;
create view v2 (p, q) as select 1, 2;
select p, q from v2;
create view v3 as select * from v1 join v2 on true;
select * from v3;
-- differs: works
create view if not exists v3 as select 1;
describe v1;
drop view v1;
-- error
select * from v1;
drop view if exists v1;
-- error
drop view v1;
-- error
drop view t2;
-- differs: temporary views work
create temporary view tv as select 3 as x;
create schema s1;
create table s1.t as select 7 as x;
select * from s1.t;
select * from datafusion.s1.t;
-- error
create schema s1;
create schema if not exists s1;
create table s1.u as select 8 as x;
select s1.t.x, u.x from s1.t, s1.u;
-- error
drop schema s1;
drop schema s1 cascade;
-- error
select * from s1.t;
drop schema if exists s1;
-- error
drop schema s1;
create database d1;
create schema d1.s2;
create table d1.s2.t as select 9 as x;
select * from d1.s2.t;
-- error
create table nodb.nos.t as select 1 as x;
create table "Mixed" as select 1 as "Col", 2 as col2;
select "Col", col2 from "Mixed";
-- error
select Col from "Mixed";
-- error
select * from Mixed;
create table UPPERNAME as select 1 as X;
select x from uppername;
prepare p1 as select $1 + 1 as y;
execute p1(5);
execute p1(7.0);
deallocate p1;
-- error
execute p1(5);
prepare p2(int, varchar) as select $1 as n, $2 as s;
execute p2(1, 'a');
-- error
execute p2(1);
deallocate prepare p2;
prepare p3(bigint) as select z from t2 where z = $1;
execute p3(5);
execute p3(6);
prepare p4 as select column2 from t3 where column1 in ($1, $2) order by 1;
execute p4(1, 2);
-- error
prepare p3 as select 1;
-- error
select $1;
-- error
execute nope;
set datafusion.execution.batch_size = 100;
show datafusion.execution.batch_size;
select name, value from information_schema.df_settings where name = 'datafusion.execution.batch_size';
reset datafusion.execution.batch_size;
show datafusion.execution.batch_size;
set datafusion.execution.time_zone = '+02:00';
select arrow_typeof(now());
select arrow_typeof(cast('2020-01-01T00:00:00' as timestamptz));
select cast('2020-01-01T00:00:00' as timestamptz);
set time zone = 'Europe/Berlin';
show time zone;
show timezone;
select cast('2020-07-01T00:00:00' as timestamptz);
reset datafusion.execution.time_zone;
show time zone;
set datafusion.sql_parser.parse_float_as_decimal = true;
select 1.50, 0.001, 123.456, arrow_typeof(1.50);
select 1.5 + 2.25, 1.5 * 2.25, 10.0 / 3;
select 1e3;
set datafusion.sql_parser.parse_float_as_decimal = false;
set datafusion.sql_parser.default_null_ordering = 'nulls_min';
select x from (values (1), (null), (2)) v(x) order by x;
select x from (values (1), (null), (2)) v(x) order by x desc;
set datafusion.sql_parser.default_null_ordering = 'nulls_first';
select x from (values (1), (null), (2)) v(x) order by x desc;
set datafusion.sql_parser.default_null_ordering = 'nulls_max';
set datafusion.sql_parser.enable_ident_normalization = false;
select Abc from (select 1 as Abc);
set datafusion.sql_parser.enable_ident_normalization = true;
set datafusion.sql_parser.map_string_types_to_utf8view = false;
select arrow_typeof(cast(1 as varchar));
set datafusion.sql_parser.map_string_types_to_utf8view = true;
set datafusion.catalog.information_schema = true;
-- error
set datafusion.nope = 1;
-- error
set datafusion.execution.batch_size = 'abc';
-- error
set datafusion.execution.time_zone = 'Nowhere/Land';
-- error
show nope;
show tables;
select table_name, table_type from information_schema.tables where table_schema = 'public' order by table_name;
select table_catalog, table_schema, table_name from information_schema.tables where table_schema = 'information_schema' order by table_name;
select column_name, ordinal_position, data_type, is_nullable, column_default from information_schema.columns where table_name = 't4' order by ordinal_position;
select * from information_schema.columns where table_name = 't3' order by ordinal_position;
select table_name, definition from information_schema.views order by table_name;
select schema_name from information_schema.schemata where catalog_name = 'datafusion' order by schema_name;
select count(*) > 100 from information_schema.df_settings;
select name, value from information_schema.df_settings where name like 'datafusion.catalog.%' order by name;
select name, value from information_schema.df_settings where name like 'datafusion.sql_parser.%' order by name;
select count(distinct routine_name) > 150 from information_schema.routines;
select distinct routine_name, function_type from information_schema.routines where routine_name in ('abs', 'sum', 'row_number', 'upper') order by routine_name;
show columns from t4;
show columns in t4;
describe t4;
desc t4;
describe select 1 as a, 'x' as b;
show functions like 'abs';
-- error
describe nope;
-- error
show columns from nope;
select * from information_schema.tables where table_name = 'nope';
-- error
begin;
-- error
commit;
-- error
rollback;
-- error
truncate table t4;
-- error
merge into t4 using t3 on true when matched then delete;
-- error
grant select on t4 to bob;
-- error
create index i on t4 (x);
-- error
alter table t4 add column z int;
-- error
create function f() returns int as '1';
-- error
select 1; select 2;
create external table ext1 stored as csv location 'nothere.csv';
copy (select 1 as a, 'x' as b union all select 2, null) to 'out1.csv' stored as csv;
create external table c1 stored as csv location 'out1.csv' options ('format.has_header' 'true');
select * from c1 order by a;
copy (select 1 as a, 'x' as b, 1.5 as c) to 'out2.parquet';
create external table c2 stored as parquet location 'out2.parquet';
select * from c2;
describe c2;
copy (select 1 as a, 'x' as b) to 'out3.json' stored as json;
create external table c3 stored as json location 'out3.json';
select * from c3;
copy (values (1, 'a'), (2, 'b')) to 'out4.csv' options ('format.has_header' 'false', 'format.delimiter' ';');
create external table c4 (n int, s varchar) stored as csv location 'out4.csv' options ('format.has_header' 'false', 'format.delimiter' ';');
select * from c4 order by n;
copy (select * from (values (1, 'a'), (2, 'b'), (3, 'a')) v(n, g)) to 'parts/' stored as parquet partitioned by (g);
create external table c5 stored as parquet partitioned by (g) location 'parts/';
select g, n from c5 order by n;
select g, count(*) from c5 group by g order by g;
copy t4 to 'out6.parquet';
create external table c6 stored as parquet location 'out6.parquet';
select * from c6 order by x;
copy (select 1 as a) to 'out7.arrow' stored as arrow;
create external table c7 stored as arrow location 'out7.arrow';
select * from c7;
insert into c5 values (9, 'z');
select g, n from c5 order by n;
create external table e8 (a int, b varchar) stored as csv location 'dir8/' options ('format.has_header' 'true');
insert into e8 values (1, 'q'), (2, 'r');
select * from e8 order by a;
-- error
copy (select 1) to 'out9.xyz';
-- error
create external table bad stored as nope location 'out1.csv';
-- error
create external table c1 stored as csv location 'out1.csv';
create external table if not exists c1 stored as csv location 'out1.csv';
drop table c1;
-- error
select * from c1;
-- error
insert into v2 values (1, 2);
-- error
update v2 set p = 1;
-- error
delete from v2;
