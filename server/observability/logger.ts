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
 * The process's log: JSON lines on standard output, or short readable lines in development. Message text, passwords and
 * tokens are never logged.
 */
export const logger = import.meta.dev
  ? pino(options, { write: (line) => process.stdout.write(readableLine(line)) })
  : pino(options)

/**
 * The loggable part of an error. Other properties are left out, because drivers attach the data that they failed to
 * write.
 */
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

/** Removes the values from a duplicate key error, because they are people's email addresses and names. */
function withoutValues(text: string): string {
  return text.replace(/dup key: \{.*\}/g, 'dup key: {…}')
}
