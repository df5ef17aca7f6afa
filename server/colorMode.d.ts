declare module '#color-mode-options' {
  /** The script that sets the light or dark theme before the page is drawn. */
  export const script: string
}
