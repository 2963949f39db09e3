-- The log of the BPI Challenge 2012 counted independently, day by day, by DuckDB:
--   duckdb -c ".read bpic2012.sql" beside bpic2012.csv.gz writes bpic2012.csv.
-- Days are those of Europe/Amsterdam; the order within a case is that of the file.
set timezone = 'Europe/Amsterdam';
set preserve_insertion_order = true;

create temp table log as
select
    row_number() over () as line,
    case_id,
    activity,
    lifecycle,
    case when resource in ('', '112') then null else resource end as person,
    activity in ('A_APPROVED', 'A_DECLINED', 'A_CANCELLED') as is_final,
    activity[1:2] in ('A_', 'O_') as is_stage,
    cast(timestamp as timestamptz) as at,
    -- A moment is a whole second; the fraction is cut off.
    cast(floor(epoch(cast(timestamp as timestamptz))) as bigint) as at_s,
    cast(cast(timestamp as timestamptz) as date) as day
from read_csv('bpic2012.csv.gz', header = true, all_varchar = true, nullstr = '§', parallel = false);

-- The first final state of a case; what follows is paperwork.
create temp table final as
select case_id, min(line) as line, arg_min(day, line) as day, arg_min(activity, line) as state
from log where is_final group by case_id;

create temp table entry as
select case_id, min(line) as line, arg_min(day, line) as day, arg_min(at_s, line) as at_s
from log where activity = 'A_SUBMITTED' and lifecycle = 'COMPLETE' group by case_id;

-- Moves between different stages, up to and including the first final one.
create temp table moves as
select day, count(*) as moves from (
    select log.day, log.activity, lag(log.activity) over (partition by log.case_id order by log.line) as before
    from log left join final using (case_id)
    where log.is_stage and (final.line is null or log.line <= final.line)
) where before is not null and before <> activity
group by day;

-- The first work that a person began, unless the case was over before.
create temp table answer as
select log.case_id, arg_min(log.day, log.line) as day, arg_min(log.at_s, log.line) - any_value(entry.at_s) as clock_s
from log join entry using (case_id) left join final using (case_id)
where log.activity[1:2] = 'W_' and log.lifecycle = 'START' and log.person is not null
  and log.line > entry.line and (final.line is null or log.line < final.line)
group by log.case_id;

create temp table days as
select cast(unnest(generate_series(min(day), max(day), interval 1 day)) as date) as day from log;

copy (
    select
        strftime(days.day, '%Y-%m-%d') as day,
        (select count(*) from entry where entry.day = days.day) as entered,
        (select count(*) from final where final.day = days.day and state = 'A_APPROVED') as won,
        (select count(*) from final where final.day = days.day and state <> 'A_APPROVED') as lost,
        (select count(*) from entry where entry.day <= days.day)
            - (select count(*) from final where final.day <= days.day) as open,
        coalesce((select moves from moves where moves.day = days.day), 0) as moves,
        (select count(distinct person) from log where log.day = days.day) as people,
        (select count(*) from answer where answer.day = days.day) as answers,
        -- Nearest rank.
        (select quantile_disc(clock_s, 0.5) from answer where answer.day = days.day) as median_clock_s
    from days order by 1
) to 'bpic2012.csv' (header);
