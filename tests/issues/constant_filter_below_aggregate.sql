-- Found by fuzz/random_queries.py (seed 11, query 2222), mended; in tests/oracle/predicates.sql too. datafusion 55 has it still.
-- why: a filter that became constant was pushed below an aggregate without groups, which gives a row for no rows all the same
select * from (select 10 as a, count(*) as n from (values (1)) t(k)) where a in (3, 4);
