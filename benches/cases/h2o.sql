-- The questions of db-benchmark (group by and join), on tables made by benches/data.py: x, small, medium, big.
-- case: groupby_1
SELECT id1, sum(v1) AS v1 FROM x GROUP BY id1;
-- case: groupby_2
SELECT id1, id2, sum(v1) AS v1 FROM x GROUP BY id1, id2;
-- case: groupby_3
SELECT id3, sum(v1) AS v1, avg(v3) AS v3 FROM x GROUP BY id3;
-- case: groupby_4
SELECT id4, avg(v1) AS v1, avg(v2) AS v2, avg(v3) AS v3 FROM x GROUP BY id4;
-- case: groupby_5
SELECT id6, sum(v1) AS v1, sum(v2) AS v2, sum(v3) AS v3 FROM x GROUP BY id6;
-- case: groupby_6
SELECT id4, id5, median(v3) AS median_v3, stddev(v3) AS sd_v3 FROM x GROUP BY id4, id5;
-- case: groupby_7
SELECT id3, max(v1) - min(v2) AS range_v1_v2 FROM x GROUP BY id3;
-- case: groupby_8
SELECT id6, v3 AS largest2_v3 FROM (SELECT id6, v3, row_number() OVER (PARTITION BY id6 ORDER BY v3 DESC) AS o FROM x) AS t WHERE o <= 2;
-- case: groupby_9
SELECT id2, id4, corr(v1, v2) * corr(v1, v2) AS r2 FROM x GROUP BY id2, id4;
-- case: groupby_10
SELECT id1, id2, id3, id4, id5, id6, sum(v3) AS v3, count(*) AS n FROM x GROUP BY id1, id2, id3, id4, id5, id6;
-- case: join_1
SELECT x.id1, x.id2, x.id3, x.v1, small.v2 FROM x JOIN small ON x.id4 = small.id4;
-- case: join_2
SELECT x.id1, x.id2, x.id3, x.v1, medium.v2 FROM x JOIN medium ON x.id5 = medium.id5;
-- case: join_3
SELECT x.id1, x.id2, x.id3, x.v1, medium.v2 FROM x LEFT JOIN medium ON x.id5 = medium.id5;
-- case: join_4
SELECT x.id1, x.id2, x.id3, x.v1, medium.v2 FROM x JOIN medium ON x.id2 = medium.id2;
-- case: join_5
SELECT x.id1, x.id2, x.v1, big.v2 FROM x JOIN big ON x.id6 = big.id6;
