-- SPDX-FileCopyrightText: 2026 The Bowstring Authors
-- SPDX-License-Identifier: Apache-2.0

create table z (k int, v int) as values (1, 1), (2, 2);
create table y (k bigint, w int) as values (1, 10), (3, 30);
create table x (k smallint, u int) as values (1, 100), (2, 200), (3, 300);
select * from z join y using (k);
select * from y join z using (k);
select k from z join y using (k);
select arrow_typeof(k) from z join y using (k);
select * from x join y using (k) join z using (k);
select * from y join x using (k) join z using (k);
select * from y left join z using (k) order by w;
select * from y a join z b using (k);
select * from z a join y b using (k);
select * from z natural join y;
select z.*, y.* from z join y using (k);
select z.k, y.k, k from z join y using (k);
select * from (select * from z) q join (select * from y) p using (k);
select * from (select * from z) join (select * from y) using (k);
select k, count(*) from z join y using (k) group by k;
select * from z join y using (k) order by k;
select * from z left semi join y using (k);
select * from z join y using (k), x where x.k = z.k;
select * from x cross join z join y using (k);
