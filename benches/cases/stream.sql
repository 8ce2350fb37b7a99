-- TPC-H tables, one workload an operator; results are large and read through the Arrow C stream.
-- case: scan
SELECT * FROM lineitem;
-- case: filter
SELECT l_orderkey, l_extendedprice * (1 - l_discount) AS revenue, l_shipmode FROM lineitem
WHERE l_shipdate >= DATE '1995-01-01' AND l_quantity < 24;
-- case: join
SELECT o_orderdate, o_custkey, l_orderkey, l_linenumber, l_extendedprice, l_shipmode
FROM lineitem JOIN orders ON l_orderkey = o_orderkey;
-- case: group
SELECT l_orderkey, sum(l_quantity) AS q, max(l_shipdate) AS d, count(*) AS n FROM lineitem GROUP BY l_orderkey;
-- case: sort
SELECT * FROM lineitem ORDER BY l_extendedprice, l_orderkey, l_linenumber;
-- case: topk
SELECT * FROM lineitem ORDER BY l_extendedprice DESC, l_orderkey, l_linenumber LIMIT 100;
-- case: window
SELECT l_orderkey, l_linenumber, l_suppkey, row_number() OVER (PARTITION BY l_suppkey
ORDER BY l_shipdate, l_orderkey, l_linenumber) AS rn FROM lineitem;
-- case: distinct
SELECT DISTINCT l_partkey, l_suppkey FROM lineitem;
