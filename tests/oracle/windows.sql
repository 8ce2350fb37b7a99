-- SPDX-FileCopyrightText: 2026 The Bowstring Authors
-- SPDX-License-Identifier: Apache-2.0

create table w(id int, g varchar, v int, f double, d date, ts timestamp) as values (1,'a',10,1.5,date '2020-01-01',timestamp '2020-01-01 10:00:00'),(2,'a',20,2.5,date '2020-01-02',timestamp '2020-01-01 11:00:00'),(3,'b',null,3.5,date '2020-01-05',timestamp '2020-01-02 10:00:00'),(4,'b',40,null,date '2020-02-01',timestamp '2020-02-01 10:00:00'),(5,null,50,-1.5,null,null),(6,'a',20,0.5,date '2020-01-03',timestamp '2020-01-01 10:30:00');
select id, row_number() over (order by id), rank() over (order by v), dense_rank() over (order by v), percent_rank() over (order by v), cume_dist() over (order by v), ntile(3) over (order by id) from w order by id;
select id, lag(v) over (order by id), lag(v,2) over (order by id), lag(v,1,99) over (order by id), lead(v) over (order by id), lead(v,2,-1) over (order by id) from w order by id;
select id, lag(v) ignore nulls over (order by id), lead(v) ignore nulls over (order by id), first_value(v) ignore nulls over (order by id desc), last_value(v) ignore nulls over (order by id) from w order by id;
select id, nth_value(v,2) over (order by id), nth_value(v,2) ignore nulls over (order by id rows between unbounded preceding and unbounded following), nth_value(v, -1) over (order by id) from w order by id;
select id, sum(v) over (partition by g order by id), avg(v) over (partition by g), count(*) over (partition by g order by id rows between 1 preceding and 1 following) from w order by id;
select id, sum(v) over (order by v), sum(v) over (order by v range between 10 preceding and 10 following), sum(v) over (order by v groups between 1 preceding and current row) from w order by id;
select id, sum(v) over (order by f range between 1.0 preceding and 1 following) from w order by id;
select id, count(*) over (order by d range between interval '1 day' preceding and interval '1 day' following) from w order by id;
select id, count(*) over (order by ts range between interval '30 minutes' preceding and interval '1 hour' following) from w order by id;
select id, count(*) over (order by ts range between '30 minutes' preceding and '1 hour' following) from w order by id;
select id, count(*) over (order by ts range between interval '1 month' preceding and current row) from w order by id;
select id, count(*) over (order by ts desc range between interval '1 day' preceding and current row) from w order by id;
select id, sum(v) over win, avg(v) over win from w window win as (partition by g order by id) order by id;
-- differs: only the column's name: what the frame was refined from is shown
select id, sum(v) over (win rows between 1 preceding and current row) from w window win as (order by id) order by id;
select id, sum(v) over (order by id rows between 2 following and 1 following) from w order by id;
select id, sum(v) over (order by id rows between 1 following and 2 following) from w order by id;
select id, sum(v) over (order by id rows between 3 preceding and 2 preceding) from w order by id;
select id, sum(v) over (order by id rows between current row and unbounded following), sum(v) over (order by id rows unbounded preceding) from w order by id;
select id, sum(v) over (order by id rows between unbounded following and current row) from w;
select id, sum(v) over (order by id rows between current row and unbounded preceding) from w;
select id, sum(v) over (order by id rows between -1 preceding and current row) from w order by id;
select id, sum(v) over (order by id, v range between 1 preceding and current row) from w order by id;
select id, sum(v) over (range between 1 preceding and current row) from w order by id;
select sum(v) over (order by id groups between 1 preceding and 1 following) from w order by id;
select sum(v) over (groups between 1 preceding and 1 following) from w;
select id, rank() over (partition by g order by v desc nulls last) r from w qualify r = 1 order by id;
select id from w qualify row_number() over (order by v desc nulls last) <= 2 order by id;
select g, sum(v), rank() over (order by sum(v) desc) from w group by g order by g;
select g, sum(sum(v)) over (order by g) from w group by g order by g;
select id, first_value(v) over (partition by g order by id), last_value(v) over (partition by g order by id), last_value(v) over (partition by g order by id rows between unbounded preceding and unbounded following) from w order by id;
select id, array_agg(v) over (order by id rows between 1 preceding and current row) from w order by id;
select id, string_agg(g, ',') over (order by id) from w order by id;
select id, min(v) over (order by id rows 2 preceding), max(v) over (order by id rows 2 preceding), count(v) over (order by id rows 2 preceding) from w order by id;
select id, median(v) over (order by id), stddev(v) over (order by id), corr(v, f) over (order by id) from w order by id;
select id, approx_distinct(g) over (order by id), bool_and(v > 5) over (order by id), bit_or(v) over (order by id) from w order by id;
select ntile(0) over (order by id) from w;
select ntile(-1) over (order by id) from w;
select ntile(null) over (order by id) from w;
select ntile(10) over (order by id) from w order by 1;
select lag(v, -1) over (order by id) from w order by id;
select id, lag(g, 1, 'x') over (partition by g order by id) from w order by id;
select lag(v, 1, 'a') over (order by id) from w;
select lag() over (order by id) from w;
select rank(v) over (order by id) from w;
select row_number() from w;
select sum(v) over (partition by) from w;
select id, sum(v) filter (where v > 10) over (order by id) from w order by id;
select id, rank() filter (where v > 10) over (order by id) from w order by id;
select count(distinct g) over (), sum(distinct v) over (partition by g order by id) from w order by 2;
select id, sum(v) over (order by g nulls first, id desc) from w order by id;
select id from w order by row_number() over (order by id desc);
select id from w where row_number() over () = 1;
select sum(row_number() over ()) from w;
select sum(v) over (order by sum(v) over ()) from w;
select max(id) over (partition by v order by id) mx, min(id) over (partition by v order by id desc) from w order by id;
select row_number() over (partition by g order by id) + 1, -rank() over (order by id), coalesce(lag(v) over (order by id), 0) from w order by id;
select id, percent_rank() over (partition by g order by v), cume_dist() over (partition by g order by v) from w order by id;
select avg(v) over (order by id rows between 1 preceding and 1 following), arrow_typeof(avg(v) over ()), arrow_typeof(sum(v) over ()), arrow_typeof(row_number() over ()), arrow_typeof(rank() over (order by id)), arrow_typeof(ntile(2) over ()), arrow_typeof(cume_dist() over (order by id)) from w order by id;
select * from (select id, row_number() over (partition by g order by id desc) rn from w) where rn = 1 order by id;
select *, sum(v) over () s from w order by id limit 2;
select sum(1) over (), count(*) over (order by id rows between 0 preceding and 0 following) from w;
-- differs: the peer refuses this
select first_value(v order by id) over () from w;
select id, sum(v) over (order by d range between interval '1 month' preceding and interval '1 day 2 hours' following) from w order by id;
-- differs: the peer refuses this
select id, sum(v) over (order by id rows between 1 preceding and 1 following exclude current row) from w order by id;
select id, nth_value(v, 0) over (order by id) from w order by id;
select id, sum(id::decimal(10,2)) over (order by id::decimal(10,2) range between 1.5 preceding and current row) from w order by id;
-- differs: the peer refuses this
select id, sum(v) over (order by id range between 1.5 preceding and current row) from w order by id;
select id, count(*) over (order by id range between '1' preceding and current row) from w order by id;
select id, sum(id) over (order by id::bigint unsigned range between 3 preceding and current row) from w order by id;
