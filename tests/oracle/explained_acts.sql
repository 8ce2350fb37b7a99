-- SPDX-FileCopyrightText: 2026 The Bowstring Authors
-- SPDX-License-Identifier: Apache-2.0
-- EXPLAIN of statements that act says what they would do, and does nothing.

create table t1(a int, b int) as values (1,2);
create schema s;
create view v as select 1 as x;
explain create table t3 as select a from t1;
explain create table t4(x int, y varchar);
explain create or replace table t1 as select 1 as z;
explain create table if not exists s.t4 as select a from t1;
explain create view v2 as select a from t1;
explain create or replace view v as select 2 as x;
explain create schema s2;
explain create schema if not exists s;
explain create database d1;
explain drop table t1;
explain drop table if exists s.t1;
explain drop view v;
explain drop view if exists v;
explain drop schema s;
explain drop schema if exists s cascade;
explain set datafusion.execution.batch_size = 5;
explain set datafusion.execution.time_zone = 'UTC';
explain reset datafusion.execution.batch_size;
explain create external table e(a int) stored as csv location 'nowhere.csv';
explain deallocate p;
explain create index i on t1(a);
explain create table nope as select * from missing;
explain explain select 1;
explain analyze create table t9 as select 1;
explain analyze drop table t1;
select * from t1;
select table_name from information_schema.tables where table_schema <> 'information_schema' order by 1;
show datafusion.execution.batch_size;
set datafusion.explain.logical_plan_only = true;
explain drop table t1;
explain create view v9 as select a, sum(b) from t1 group by a;
explain select unnest([1,2,3]), unnest(make_array(a, b)) from t1;
explain select unnest(unnest([[1,2,3]]));
