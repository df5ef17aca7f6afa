import { config } from '../config'
import { startMetrics } from '../observability/metrics'
import { open } from '../socket/accept'

/** Writes metrics to standard output, if METRICS_INTERVAL_SECONDS is set. */
export default defineNitroPlugin((nitro) => {
  const { interval, service, environment } = config.metrics
  if (!interval) return
  nitro.hooks.hookOnce('close', startMetrics({ interval, service, environment, connections: () => open.size }))
})
