-- SPDX-FileCopyrightText: 2026 The Bowstring Authors
-- SPDX-License-Identifier: Apache-2.0

create table q (l int[], i int) as values ([1,null], 1), ([1,null], 2), ([3,4], 2), ([null], 1), (null, 1), ([1,2], null), ([], 1);
select l, i, array_has(l, i), array_has(l, 2), array_has([3,null], i), array_has([3,4], i), array_has([1,null], 2), array_has(l, null) from q;
select array_contains(l, i), list_has(l, i), i = any(l), l @> [i], array_has_any(l, [i]), array_has_all(l, [i]), array_position(l, i) from q;
select array_has([1,null], 2), array_has([1,null], 1), array_has([1,2], null), array_has(null, 1), array_has([[1],[null]], [2]), array_has(['a',null], 'b');
select array_has([3,null], i) from q where i = 2;
select array_has(l, 2) from q where i = 2;
select array_has(arrow_cast(l, 'LargeList(Int32)'), 2) from q;
select array_has(arrow_cast(['a',null], 'List(Utf8View)'), 'b');
select arrow_typeof(round(abs(1.10::decimal(5,2)), 0)), arrow_typeof(round(1.10::decimal(5,2), 0)), round(abs(1.10::decimal(5,2)), 0);
select case when true then 1 else 2.5 end, arrow_typeof(case when true then 1 else 2.5 end);
select arrow_typeof(round(m, 0)), round(m, 0), arrow_typeof(round(m, 1)), arrow_typeof(round(m)) , arrow_typeof(round(m, -1)), arrow_typeof(trunc(m, 1)), arrow_typeof(ceil(m)), arrow_typeof(case when true then round(m, 0) end) from (select 1.15::decimal(5,2) as m);
