export function percentile(values, share) {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
}

const median = (values) => percentile(values, 0.5)

/** Formats a figure with its significant digits only. */
export const show = (value) =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(value >= 10 ? 3 : 2)

export const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds))

/** Runs a measure several times. @returns the median of each of its figures */
export async function medianOf(runs, measure) {
  const results = []
  for (let run = 0; run < runs; run++) results.push(await measure())
  return Object.fromEntries(
    Object.keys(results[0]).map((name) => [name, median(results.map((result) => result[name]))]),
  )
}
