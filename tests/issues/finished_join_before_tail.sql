-- Found by scripts/oracle (joins), mended; in tests/oracle/joins.sql too.
-- why: a join with an empty build side ended its pipeline before the tails of joins behind it ran: the query never ended, or lost rows
select q.id, r.k from (select l.id, l.k from (values (1, 10)) l(id, k) join (select 1 as k where false) e on l.k = e.k) q full join (values (10)) r(k) on q.k = r.k;
