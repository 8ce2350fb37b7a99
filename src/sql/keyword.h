// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace bowstring::sql {

// Every word that the grammar knows, in no order that matters. None is reserved everywhere: where a word can't be a name is
// said by the functions below.
#define BOWSTRING_SQL_KEYWORDS(X)                                                                                        \
  X(ADD) X(ALL) X(ALTER) X(ALWAYS) X(ANALYZE) X(AND) X(ANTI) X(ANY) X(ARRAY) X(AS) X(ASC) X(ASOF) X(AT) X(ATTACH)        \
  X(BEGIN) X(BETWEEN) X(BOTH) X(BY) X(CALL) X(CASCADE) X(CASE) X(CAST) X(CATALOGS) X(CEIL) X(CEILING) X(CHARACTER)       \
  X(CHAR) X(CHECK) X(CLUSTER) X(COLLATE) X(COLUMN) X(COLUMNS) X(COMMENT) X(COMMIT) X(CONFLICT) X(CONNECT) X(CONSTRAINT)  \
  X(COPY) X(CREATE) X(CROSS) X(CUBE) X(CURRENT) X(CURRENT_DATE) X(CURRENT_TIME) X(CURRENT_TIMESTAMP) X(DATABASE)         \
  X(DATABASES) X(DAY) X(DAYS) X(DEALLOCATE) X(DECLARE) X(DEFAULT) X(DELETE) X(DESC) X(DESCRIBE) X(DETACH) X(DISTINCT)    \
  X(DISTRIBUTE) X(DIV) X(DO) X(DOUBLE) X(DROP) X(ELSE) X(END) X(ESCAPE) X(EXCEPT) X(EXCLUDE) X(EXECUTE) X(EXISTS)        \
  X(EXPLAIN) X(EXTENDED) X(EXTERNAL) X(EXTRACT) X(FALSE) X(FETCH) X(FILTER) X(FIRST) X(FLOOR) X(FOLLOWING) X(FOR)        \
  X(FOREIGN) X(FORMAT) X(FROM) X(FULL) X(FUNCTION) X(FUNCTIONS) X(GENERATED) X(GLOB) X(GLOBAL) X(GRANT) X(GROUP)         \
  X(GROUPING) X(GROUPS) X(HAVING) X(IF) X(IGNORE) X(ILIKE) X(IN) X(INDEX) X(INNER) X(INSERT) X(INTERSECT) X(INTERVAL)    \
  X(INTO) X(IS) X(ISNULL) X(JOIN) X(KEY) X(LAMBDA) X(LANGUAGE) X(LARGE) X(LAST) X(LATERAL) X(LEADING) X(LEFT) X(LIKE)    \
  X(LIMIT) X(LIST) X(LOAD) X(LOCAL) X(LOCATION) X(LOCK) X(MAP) X(MATCH_CONDITION) X(MATCH_RECOGNIZE) X(MATCHED)          \
  X(MATERIALIZED) X(MERGE) X(MINUS) X(NAME) X(NATIONAL) X(NATURAL) X(NEXT) X(NO) X(NOT) X(NOTHING) X(NOTNULL) X(NULL)    \
  X(NULLS) X(OBJECT) X(OF) X(OFFSET) X(ON) X(ONLY) X(OPTIONS) X(OR) X(ORDER) X(ORDINALITY) X(OTHERS) X(OUTER) X(OUTPUT)  \
  X(OVER) X(OVERLAPS) X(OVERLAY) X(OVERWRITE) X(PARTITION) X(PARTITIONED) X(PERCENT) X(PIVOT) X(PLACING) X(POSITION)     \
  X(PRECEDING) X(PRECISION) X(PREPARE) X(PREWHERE) X(PRIMARY) X(QUALIFY) X(RANGE) X(RECURSIVE) X(REFERENCES) X(REFRESH)  \
  X(REGEXP) X(RELEASE) X(RENAME) X(REPEATABLE) X(REPLACE) X(RESET) X(RESPECT) X(RESTRICT) X(RETURN) X(RETURNING)         \
  X(RETURNS) X(REVOKE) X(RIGHT) X(RLIKE) X(ROLLBACK) X(ROLLUP) X(ROW) X(ROWS) X(SAFE_CAST) X(SAMPLE) X(SAVEPOINT)        \
  X(SCHEMA) X(SCHEMAS) X(SEED) X(SELECT) X(SEMI) X(SESSION) X(SET) X(SETS) X(SETTINGS) X(SHOW) X(SIMILAR) X(SOME)        \
  X(SORT) X(SOURCE) X(START) X(STORED) X(STRUCT) X(SUBSTR) X(SUBSTRING) X(SYMMETRIC) X(TABLE) X(TABLES) X(TABLESAMPLE)   \
  X(TARGET) X(TEMP) X(TEMPORARY) X(THEN) X(TIES) X(TIME) X(TIMESTAMP) X(TO) X(TOP) X(TRAILING) X(TRANSACTION) X(TRIM)    \
  X(TRUE) X(TRUNCATE) X(TRY_CAST) X(UNBOUNDED) X(UNION) X(UNIQUE) X(UNKNOWN) X(UNNEST) X(UNPIVOT) X(UNSIGNED)            \
  X(UPDATE) X(USE) X(USING) X(VACUUM) X(VALUES) X(VARYING) X(VERBOSE) X(VIEW) X(VIEWS) X(WHEN) X(WHERE) X(WINDOW)        \
  X(WITH) X(WITHIN) X(WITHOUT) X(WORK) X(XOR) X(ZONE)

enum class Keyword : uint16_t {
  kNone,
#define BOWSTRING_SQL_KEYWORD(word) k##word,
  BOWSTRING_SQL_KEYWORDS(BOWSTRING_SQL_KEYWORD)
#undef BOWSTRING_SQL_KEYWORD
};

/// The keyword that a word is, in any case; kNone for others.
Keyword FindKeyword(std::string_view word);

/// The keyword in upper case.
std::string_view ToString(Keyword keyword);

/// True where the word can't be an alias of a select item without AS.
bool IsReservedForColumnAlias(Keyword keyword);

/// True where the word can't be an alias of a table without AS.
bool IsReservedForTableAlias(Keyword keyword);

/// True where the word, unquoted, can't be a column.
bool IsReservedForColumn(Keyword keyword);

/// True where the word, unquoted, can't be a table.
bool IsReservedForTable(Keyword keyword);

}  // namespace bowstring::sql
