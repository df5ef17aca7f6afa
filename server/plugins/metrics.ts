import { config } from '../config'
import { startMetrics } from '../observability/metrics'
import { open } from '../socket/accept'

/** Metrics on standard output, where they are asked for. */
export default defineNitroPlugin((nitro) => {
  const { interval, service, environment } = config.metrics
  if (!interval) return
  nitro.hooks.hookOnce('close', startMetrics({ interval, service, environment, connections: () => open.size }))
})
