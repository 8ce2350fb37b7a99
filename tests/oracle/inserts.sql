-- SPDX-FileCopyrightText: 2026 The Bowstring Authors
-- SPDX-License-Identifier: Apache-2.0

create external table j (a int not null, b varchar) stored as json location 'insert_j/';
insert into j values (1, 'x'), (2, null);
insert into j (b, a) select 'y', 3;
select * from j order by a;
insert into j values (null, 'x');
insert into j select a + 10, b from j;
select * from j order by a;
create external table c (a int not null, b varchar) stored as csv location 'insert_c/' options ('format.has_header' 'true');
insert into c values (1, 'x'), (2, 'z');
insert into c values (null, 'x');
select * from c order by a;
create external table p (a int not null, b varchar) stored as parquet location 'insert_p/';
insert into p values (1, 'x'), (2, null);
insert into p values (null, 'x');
insert into p select * from p;
select * from p order by a, b;
create external table one (a int, b int) stored as parquet location 'insert_one.parquet';
insert into one values (1, 2);
create external table bare (a int, b int) stored as parquet location 'insert_bare';
insert into bare values (1, 2);
create table m (a1 int, a2 int, b int) as values (1, 2, 3);
copy (select a1 as q, b from m) to 'insert_q/' stored as json;
create external table q stored as json location 'insert_q/';
select * from q;
select count(), count(*), count(1), count(distinct a1) from m;
select sum(a1) within group (order by b) from m;
select array_agg(a1 order by b) within group (order by b) from m;
select percentile_cont(0.5) within group (order by a2) from m;
-- differs: the peer ignores ILIKE
select * ilike 'A%' from m;
-- differs: the peer ignores ILIKE
select m.* ilike '_2' from m;
-- differs: the peer ignores ILIKE
select * ilike 'zz' from m;
show tables like 'm';
show full tables;
show columns from m like 'a1';
select to_timestamp('2020-09-08 12/00/00', '%Y-%m-%d %H/%M/%s'), to_date('2020-09-08 12/00/00+00:00', '%Y-%m-%d %H/%M/%s%#z');
select to_date('1599523200', '%s'), to_timestamp('2020-09-09 1599523200', '%Y-%m-%d %s'), to_timestamp('2020-09-08 1599523200', '%Y-%m-%d %s');
select round(arrow_cast(99.95, 'Decimal32(4, 2)')), round(arrow_cast(99.95, 'Decimal32(4, 2)'), 1), round(arrow_cast(1.25, 'Decimal64(18, 2)'), 0);
select round(arrow_cast(99.95, 'Decimal32(4, 2)'), a1), round(99.95::decimal(4, 2), a1), round(arrow_cast(99.95, 'Decimal64(18, 2)'), a1) from m;
