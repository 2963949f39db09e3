# Business time by biz: the questions of business_time.cjs. Prints rows as the other benchmarks do.

require "biz"

ROUNDS = 101
HOURS = %i[mon tue wed thu fri].to_h { |day| [day, { "09:00" => "18:00" }] }
SCHEDULE = Biz::Schedule.new do |config|
  config.hours = HOURS
  config.time_zone = "Etc/UTC"
end
FROM = Time.utc(2026, 1, 5, 10)
UNTIL = Time.utc(2026, 7, 6, 15, 30)

between = -> { SCHEDULE.within(FROM, UNTIL).in_minutes }
add = -> { SCHEDULE.time(100, :hours).after(FROM) }

raise "#{between.call} minutes" unless between.call == 70_530
raise add.call.to_s unless add.call == Time.utc(2026, 1, 20, 11)

{ "between moments six months apart" => between, "add 100 h" => add }.each do |table, ask|
  times = Array.new(ROUNDS) do
    start = Process.clock_gettime(Process::CLOCK_MONOTONIC, :nanosecond)
    ask.call
    Process.clock_gettime(Process::CLOCK_MONOTONIC, :nanosecond) - start
  end.sort
  quartiles = [2, 1, 3].map { |part| times[ROUNDS * part / 4] }
  puts ["business time, #{table}", "biz 1.8.2, in Ruby", *quartiles, ""].join("\t")
end
