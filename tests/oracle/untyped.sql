-- SPDX-FileCopyrightText: 2026 The Bowstring Authors
-- SPDX-License-Identifier: Apache-2.0

-- Aggregates of NULLs without a type, numbers as bytes and as days, tables without columns.

select bit_and(null), bit_or(null), bit_xor(null), arrow_typeof(bit_and(null));
select median(null), arrow_typeof(median(null)), min(null), arrow_typeof(max(null));
select bit_and(column1), median(column1) from (values (null), (null));
select bit_xor(distinct null);
select 258::bytea, (-1)::smallint::bytea, arrow_cast(258, 'LargeBinary'), cast(null::int as bytea), try_cast(5 as bytea);
select column1::bytea from (values (1), (null), (3)) order by 1;
select column1::int::bytea from (values (1), (null), (3)) offset 1;
select 1.5::bytea;
select arrow_cast(258, 'BinaryView');
select x'00' = 1;
select x'61' in (1);
select coalesce(x'61', 1);
select to_date(1.5), to_date(-1.5), to_date(null::double), to_date(1::decimal(5, 2));
select to_date(1e12);
copy (select 1 as a where false) to 'untyped/e.csv' options ('format.has_header' 'false');
create external table e stored as csv location 'untyped/e.csv' options ('format.has_header' 'true');
select * from e;
select count(*) from e;
select * from (select * from e) as s;
