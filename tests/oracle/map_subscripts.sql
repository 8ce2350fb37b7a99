-- SPDX-FileCopyrightText: 2026 The Bowstring Authors
-- SPDX-License-Identifier: Apache-2.0

create table m as select map{1:'x', 2:'y'} as a, map{'k': 5} as b, map{date '2024-01-01': 1.5} as c, 2 as i, 'k' as s;
select a[1], b['k'], c[date '2024-01-01'] from m;
select a[3], b['zz'] from m;
select a[1] || 'z', b['k'] + 1 from m;
select a[cast(1 as bigint)], a[1.0], a['1'] from m;
select arrow_typeof(a[1]) from m;
select map{1: map{2: 'q'}}[1][2];
select map{true: 1}[true], map{1.5: 1}[1.5], map{[1]: 2}[[1]];
select a[1] from m where a[2] = 'y' group by a[1] order by a[1];
