import type { Component } from 'vue'

/** One line of a menu. */
export interface MenuItem {
  /** Unique in its menu; also how tests find it. */
  name: string
  icon: Component
  label: string
  /** A second, smaller line. */
  hint?: string
  disabled?: boolean
  /** Whether a line is drawn above it. */
  separated?: boolean
  run: () => unknown
}
