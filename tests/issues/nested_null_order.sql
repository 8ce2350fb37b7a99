-- Found by fuzz/random_queries.py (seed 11, query 1629). Not mended: datafusion 55 orders so.
-- why: NULLs inside of lists stand where the key puts NULLs itself (DESC NULLS LAST: last); duckdb takes them for the greatest values always
-- pattern: \A(rows|order)\n.*array_agg.*order by [^()]*(desc nulls last|asc nulls first)
select x from (values ([1]), ([null])) v(x) order by x desc nulls last;
