interface Line {
  level: number
  time: string
  msg?: string
  requestId?: string
  method?: string
  route?: string
  status?: number
  /** Milliseconds. */
  duration?: number
  err?: { type: string; message: string; stack?: string }
}

/**
 * Formats a line of the log for people, in development.
 * @param json a line as pino writes it
 * @returns for example `09:41:07 GET /api/me 200 in 12 ms`, with a line break at the end
 */
export function readableLine(json: string): string {
  const {
    level,
    time,
    msg = '',
    requestId: _,
    method,
    route,
    status,
    duration,
    err,
    ...others
  }: Line = JSON.parse(json)
  const clock = new Date(time).toLocaleTimeString('en-GB')
  const mark = level >= 50 ? ' ERROR' : level >= 40 ? ' WARN' : ''
  const request = [method, route, status, duration !== undefined && `in ${Math.round(duration)} ms`]
    .filter(Boolean)
    .join(' ')
  // The message of a request's line is always "request", so it is left out.
  const text = status === undefined ? [msg, request].filter(Boolean).join(': ') : request
  const facts = Object.entries(others).map(
    ([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  const error = err ? `\n${err.stack ?? `${err.type}: ${err.message}`}` : ''
  return `${clock}${mark} ${text}${facts.join('')}${error}\n`
}
