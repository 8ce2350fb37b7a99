-- A feature that Bowstring refuses by name so far; every refusal is one of findings to be built, no wrong answer.
-- why: some features are still being built; a refusal names the feature
-- pattern: ^error in ours\n.*This feature is not implemented
select 1 where 1 > all (select 2);
