declare module '#color-mode-options' {
  /** The script that sets light or dark before the page is drawn. */
  export const script: string
}
