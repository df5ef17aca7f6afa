import { common, createLowlight } from 'lowlight'

/** A part of a code with one look. */
export interface Piece {
  text: string
  /** A class of the stylesheet; empty for plain code. */
  look: string
}

type Nodes = ReturnType<ReturnType<typeof createLowlight>['highlight']>['children']

const lowlight = createLowlight(common)

/** The classes of highlight.js, brought down to the few looks that the page has. */
const LOOKS: [RegExp, string][] = [
  [/comment|quote|meta/, 'code-comment'],
  [/string|regexp|addition|symbol|link/, 'code-string'],
  [/number|literal|attr|variable|template|property/, 'code-value'],
  [/keyword|built_in|type|tag|selector|operator|deletion/, 'code-keyword'],
  [/title|name|section|function|class|bullet/, 'code-title'],
]

/** A code as pieces with looks. Null: the language is not known. */
export function highlighted(text: string, language: string): Piece[] | null {
  if (!lowlight.registered(language)) return null
  const pieces: Piece[] = []
  collect(lowlight.highlight(language, text).children, '', pieces)
  return pieces
}

function collect(nodes: Nodes, look: string, pieces: Piece[]): void {
  for (const node of nodes) {
    if (node.type === 'text') pieces.push({ text: node.value, look })
    else if (node.type === 'element') {
      const classes = String(node.properties.className ?? '')
      collect(node.children, LOOKS.find(([pattern]) => pattern.test(classes))?.[1] ?? look, pieces)
    }
  }
}
