-- SPDX-FileCopyrightText: 2026 The Bowstring Authors
-- SPDX-License-Identifier: Apache-2.0

create table sc(v int, g varchar) as values (1,'a'),(6,'b'),(10,'a'),(null,'c');
select * from sc |> where v > 1 |> order by v desc |> limit 1;
select * from sc |> extend v + 1 as w |> order by v;
select * from sc |> aggregate sum(v) as s;
select * from sc |> aggregate sum(v) as s, count(*) group by g |> order by g;
select * from sc |> aggregate group by g |> order by g;
select * from sc |> aggregate sum(v) as s group by g as gg |> order by gg;
select * from sc |> select v |> as x |> where x.v = 1;
select * from sc |> select v |> union all (select 3) |> order by v;
select * from sc |> select v |> union (select 3), (select 3) |> order by v;
select * from sc |> select v |> except distinct (select 6) |> order by v;
-- differs: the peer wants the word DISTINCT
select * from sc |> select v |> except (select 6) |> order by v;
select * from sc |> select v |> intersect distinct (select 6), (select 6);
select * from sc |> join (select 1 as k) y on y.k = sc.v;
select * from sc |> as a |> left join sc b on a.v = b.v |> select a.v, b.g |> order by v;
-- differs: the peer takes distinct for a column
select * from sc |> select distinct g |> order by g;
select * from sc |> order by v desc |> select v;
select * from sc |> limit 2 offset 1;
with c as (select 1 as a) select * from c |> extend a * 2 as b |> where b = 2;
select * from (select * from sc |> where v = 1) t;
select * from sc |> drop v;
select * from sc |> distinct;
select * from sc |> rename v as w;
select * from sc |> set v = 1;
select * from sc |>;
select * from sc |> foo;
-- differs: the peer's FROM alone has no columns
from sc |> where v = 6;
values (1),(2) |> where column1 > 1;
select * from sc |> cross join sc s2 |> aggregate count(*);
-- differs: the peer refuses this
select * from sc |> natural join sc s2 |> order by v;
-- differs: the peer has the column of USING twice
select * from sc |> join sc s2 using (v) |> order by v;
create table p2 as select * from sc |> where v > 1;
select count(*) from p2;
