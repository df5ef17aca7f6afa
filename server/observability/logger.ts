import pino from 'pino'
import { config } from '../config'

/** The process's log: JSON lines on standard output. Message text, passwords and tokens never go into it. */
export const logger = pino({ level: config.logLevel, base: undefined, timestamp: pino.stdTimeFunctions.isoTime })
