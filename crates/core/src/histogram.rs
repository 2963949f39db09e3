//! Histograms of durations in integer buckets, 64 to each power of two: equal on every machine, addable.
//!
//! Below 64 s a bucket is one second; above, its width is 1/64 of the power of two below it, so the middle of
//! a bucket is off by less than 0.8 %.

/// The bucket of a duration in seconds; a negative one counts as 0.
#[must_use]
pub fn bucket(seconds: i64) -> u16 {
    let v = u64::try_from(seconds).unwrap_or(0);
    if v < 64 {
        return u16::try_from(v).unwrap_or(0);
    }
    let power = v.ilog2();
    let within = (v >> (power - 6)) - 64;
    u16::try_from(u64::from(power - 5) * 64 + within).unwrap_or(u16::MAX)
}

/// The middle of a bucket, in seconds.
#[must_use]
pub fn middle_s(bucket: u16) -> i64 {
    let bucket = u64::from(bucket);
    if bucket < 64 {
        return i64::try_from(bucket).unwrap_or(0);
    }
    let shift = bucket / 64 - 1;
    let low = (64 + bucket % 64) << shift;
    i64::try_from(low + ((1 << shift) - 1) / 2).unwrap_or(i64::MAX)
}

/// The nearest-rank quantile `part`/`of` over (bucket, count) pairs sorted by bucket; `None` without cases.
#[must_use]
pub fn quantile_s(buckets: &[(u16, i64)], part: i64, of: i64) -> Option<i64> {
    let cases: i64 = buckets.iter().map(|(_, n)| n.max(&0)).sum();
    let rank = (cases * part + of - 1).div_euclid(of).max(1);
    let mut seen = 0;
    let hit = buckets.iter().find(|(_, n)| {
        seen += n.max(&0);
        seen >= rank
    });
    hit.filter(|_| cases > 0).map(|(bucket, _)| middle_s(*bucket))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_grow_and_their_middles_are_within_one_percent() {
        let mut last = 0;
        for v in (0..200_000).chain((18..40).map(|power| (1_i64 << power) + 12_345)) {
            let b = bucket(v);
            assert!(b >= last, "{v}");
            last = b;
            assert!((middle_s(b) - v).abs() * 100 <= v, "{v} in {b}: {}", middle_s(b));
        }
        assert_eq!(bucket(-5), 0);
    }

    #[test]
    fn the_median_is_the_nearest_rank() {
        assert_eq!(quantile_s(&[], 1, 2), None);
        assert_eq!(quantile_s(&[(10, 1), (20, 1)], 1, 2), Some(10));
        assert_eq!(quantile_s(&[(10, 1), (20, 1), (30, 1)], 1, 2), Some(20));
        assert_eq!(quantile_s(&[(10, 9), (50, 1)], 9, 10), Some(10));
    }
}
