-- SPDX-FileCopyrightText: 2026 The Bowstring Authors
-- SPDX-License-Identifier: Apache-2.0

create table a (g varchar, h int, x int) as values ('p',1,1),('p',2,2),('q',1,3);
select g, count(*) from a group by rollup(1) order by 1, 2;
select g, count(*) from a group by cube(1, h) order by 1, 2;
select g, count(*) from a group by grouping sets ((1), ()) order by 1, 2;
select false as k, h, count(*) from a group by rollup(false, h) order by 2, 3, 1;
select 'c' as k, count(*) from a group by 'c';
select 5 as k, count(*) from a group by rollup(5) order by 1, 2;
select 'c' || g as k, 'c' as z, count(*) from a group by rollup('c' || g) order by 1, 2, 3;
select h + 1, 1, count(*) from a group by rollup(h + 1, 1) order by 1, 2, 3;
select null as n, count(*) from a group by rollup(null) order by 2;
select null as n, count(*) from a group by null;
select case [4][2] when 1 then 2 else 3 end, case (1) when 1 then 2 end, case -1 when 1 then 2 else 0 end, case {'a':1}['a'] when 1 then 2 end, case 'x' when 'x' then 1 end, case array[1][1] when 1 then 2 end, case not true when false then 1 end;
select null except select 1;
select null intersect select 1;
select null as a, 1 as b intersect select 'x', 1;
select null as a, 1 as b except select 'x', 2;
select 1 intersect select null;
select 1 except select null;
select null::int except select 1.5;
select 1::smallint as v except select 1.5;
select 1 as v intersect select 1.0;
select '1' as v intersect select 1;
select date '2024-01-01' as v intersect select timestamp '2024-01-01 00:00:00';
select count(*), max(null), min(null) from a;
select bool_or(null), bool_and(null), sum(null::int) from a;
select x in (abs(-3), 1.5) and h = 1 from a order by x;
select x in (3, null) and true, x in (3, null, 1.5), x not in (h, null) from a order by x;
select 1.5 as v intersect select 1;
select '1' as v except select 2;
select cast(null as int) as v intersect select null;
select x, h from a intersect select x::double, h::varchar from a order by 1;
select h from a intersect all select 1.0 union all select 2 order by 1;
select distinct h from a except select x from a where x > 1 order by 1;
select h as q from a except select x::bigint from a order by q;
