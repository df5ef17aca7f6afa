import pino, { type LoggerOptions } from 'pino'
import { config } from '../config'
import { readableLine } from './readableLine'

interface LoggedError {
  type: string
  message: string
  stack?: string
  code?: unknown
  cause?: LoggedError
}

const options: LoggerOptions = {
  level: config.logLevel,
  base: undefined,
  timestamp: pino.stdTimeFunctions.isoTime,
  serializers: { err: describeError },
}

/**
 * The process's log: JSON lines on standard output, short readable ones in development. Message text, passwords and
 * tokens never go into it.
 */
export const logger = import.meta.dev ? pino(options, { write: (line) => process.stdout.write(readableLine(line)) }) : pino(options)

/** What is logged of an error: not what hangs on it, for a driver hangs on it what could not be written. */
export function describeError(error: unknown): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) }
  const { name, cause } = error
  return {
    type: name,
    message: withoutValues(error.message),
    stack: error.stack && withoutValues(error.stack),
    ...('code' in error && { code: error.code }),
    ...(cause instanceof Error && { cause: describeError(cause) }),
  }
}

/** A database names the values that collided: people's addresses and names. */
function withoutValues(text: string): string {
  return text.replace(/dup key: \{.*\}/g, 'dup key: {…}')
}
