-- Questions in ClickBench's manner (counts, distincts, text search, top groups) on `hits`, a generated table of 60 columns.
-- case: count
SELECT count(*) FROM hits;
-- case: filter_count
SELECT count(*) FROM hits WHERE adv_engine <> 0;
-- case: sums
SELECT sum(adv_engine), count(*), avg(width) FROM hits;
-- case: distinct_users
SELECT count(DISTINCT user_id) FROM hits;
-- case: distinct_phrases
SELECT count(DISTINCT phrase) FROM hits;
-- case: min_max_date
SELECT min(event_date), max(event_date) FROM hits;
-- case: engines
SELECT adv_engine, count(*) AS n FROM hits WHERE adv_engine <> 0 GROUP BY adv_engine ORDER BY n DESC;
-- case: region_users
SELECT region, count(DISTINCT user_id) AS u FROM hits GROUP BY region ORDER BY u DESC, region LIMIT 10;
-- case: region_stats
SELECT region, sum(adv_engine), count(*) AS n, avg(width), count(DISTINCT user_id) FROM hits GROUP BY region ORDER BY n DESC, region LIMIT 10;
-- case: top_phrases
SELECT phrase, count(*) AS n FROM hits WHERE phrase <> '' GROUP BY phrase ORDER BY n DESC, phrase LIMIT 10;
-- case: phrase_users
SELECT phrase, count(DISTINCT user_id) AS u FROM hits WHERE phrase <> '' GROUP BY phrase ORDER BY u DESC, phrase LIMIT 10;
-- case: top_users
SELECT user_id, count(*) AS n FROM hits GROUP BY user_id ORDER BY n DESC, user_id LIMIT 10;
-- case: user_phrases
SELECT user_id, phrase, count(*) AS n FROM hits GROUP BY user_id, phrase ORDER BY n DESC, user_id, phrase LIMIT 10;
-- case: user_minutes
SELECT user_id, extract(minute FROM event_time) AS m, phrase, count(*) AS n FROM hits GROUP BY user_id, m, phrase ORDER BY n DESC, user_id, m, phrase LIMIT 10;
-- case: one_user
SELECT user_id FROM hits WHERE user_id = 435090932899640449;
-- case: url_like
SELECT count(*) FROM hits WHERE url LIKE '%google%';
-- case: url_like_phrases
SELECT phrase, min(url), count(*) AS n FROM hits WHERE url LIKE '%google%' AND phrase <> '' GROUP BY phrase ORDER BY n DESC, phrase LIMIT 10;
-- case: sorted_rows
SELECT * FROM hits WHERE url LIKE '%google%' ORDER BY event_time, watch_id LIMIT 10;
-- case: phrases_by_time
SELECT phrase FROM hits WHERE phrase <> '' ORDER BY event_time, phrase LIMIT 10;
-- case: url_lengths
SELECT counter_id, avg(length(url)) AS l, count(*) AS n FROM hits WHERE url <> '' GROUP BY counter_id HAVING count(*) > 1000 ORDER BY l DESC, counter_id LIMIT 25;
-- case: many_sums
SELECT sum(width), sum(width + 1), sum(width + 2), sum(width + 3), sum(width + 4), sum(width + 5), sum(width + 6), sum(width + 7) FROM hits;
-- case: top_urls
SELECT url, count(*) AS n FROM hits GROUP BY url ORDER BY n DESC, url LIMIT 10;
-- case: views_by_day
SELECT date_trunc('minute', event_time) AS m, count(*) AS n FROM hits WHERE counter_id = 62 AND is_refresh = 0 GROUP BY m ORDER BY m LIMIT 10;
