import type { Filter } from '../query/filter'
import type { SortField } from '../query/sort'
import type { Index } from '../index/definition'
import type { Collection } from '../store/collection'
import type { Keyspace } from '../store/keyspace'
import { candidateOf, type Candidate, type Step } from './candidate'
import { coversFilter } from './implies'

/** How to find the documents of a filter. */
export interface Plan {
  readonly steps: readonly Step[]
  readonly reverse: boolean
  /** Whether the steps may find a document twice. */
  readonly dedupe: boolean
  /** Whether every key in the steps is a match, so that documents need not be tested. */
  readonly covered: boolean
  /** Whether the steps find documents in the requested order. */
  readonly sorted: boolean
}

/** The most keys that are examined to compare indexes. More would cost more than the better index saves. */
const SAMPLE = 100

/** Chooses how to find the documents of a filter. */
export function choosePlan(
  keyspace: Keyspace,
  collection: Collection,
  filter: Filter,
  sort: readonly SortField[],
): Plan {
  const best = bestCandidate(keyspace, collection, filter, sort)
  const union = best?.bounded ? undefined : planUnion(keyspace, collection, filter)
  if (union) return { ...union, sorted: sort.length === 0 }
  if (best) return planOf(best, sort)
  return {
    steps: [{ range: collection.range }],
    reverse: false,
    dedupe: false,
    covered: filter.predicates.length === 0 && filter.ors.length === 0 && !filter.hasMore,
    sorted: sort.length === 0,
  }
}

function planOf(candidate: Candidate, sort: readonly SortField[]): Plan {
  const { steps, dedupe, covered, sorted } = candidate
  const reverse = sorted === 'reverse'
  return {
    steps: reverse ? [...steps].reverse() : steps,
    reverse,
    dedupe,
    covered,
    sorted: sort.length === 0 || sorted !== undefined,
  }
}

/** The best index that narrows the filter, or at least gives the order. Undefined: none does either. */
function bestCandidate(
  keyspace: Keyspace,
  collection: Collection,
  filter: Filter,
  sort: readonly SortField[],
): Candidate | undefined {
  const candidates = collection.indexes
    .filter((index) => canHelp(index, filter, sort) && coversFilter(index, filter))
    .map((index) => candidateOf(index, filter, sort))
    .filter(({ bounded, sorted }) => bounded > 0 || (sort.length > 0 && sorted))
  // No index can be better than one with at most one key, or with matches only, in the requested order.
  const perfect =
    candidates.find(({ unique, steps }) => unique && steps.length === 1) ??
    candidates.find(({ covered, sorted }) => covered && (sort.length === 0 || sorted))
  if (perfect || candidates.length < 2) return perfect ?? candidates[0]
  const costs = new Map(candidates.map((candidate) => [candidate, cost(keyspace, candidate, sort)]))
  return candidates.sort((a, b) => costs.get(a)! - costs.get(b)! || b.bounded - a.bounded)[0]
}

/** Whether an index can narrow the filter or give the order. This check is cheap. */
function canHelp({ fields: [first] }: Index, filter: Filter, sort: readonly SortField[]): boolean {
  return sort.length > 0 || filter.predicates.some(({ path }) => path === first!.path)
}

/** Roughly how many documents a candidate examines. */
function cost(keyspace: Keyspace, candidate: Candidate, sort: readonly SortField[]): number {
  if (candidate.bounded === 0) return SAMPLE * 10
  let keys = 0
  for (const { range } of candidate.steps) {
    if (keys >= SAMPLE) break
    keys += candidate.unique ? 1 : keyspace.scan(range, { limit: SAMPLE - keys }).length
  }
  return sort.length > 0 && !candidate.sorted ? keys * 2 : keys
}

/** A plan for `$or`: the ranges of the branches one after the other, if an index narrows every branch. */
function planUnion(keyspace: Keyspace, collection: Collection, filter: Filter): Omit<Plan, 'sorted'> | undefined {
  for (const branches of filter.ors) {
    const others = filter.ors.filter((or) => or !== branches)
    // Branches with the same fields and operators use the same index, which is chosen for the first of them.
    const chosen = new Map<string, Index>()
    const found: Candidate[] = []
    for (const branch of branches) {
      const whole: Filter = {
        predicates: [...filter.predicates, ...branch.predicates],
        ors: [...others, ...branch.ors],
        hasMore: filter.hasMore || branch.hasMore,
        test: branch.test,
      }
      const shape = branch.predicates.map(({ path, operator }) => `${path} ${operator}`).join()
      const index = chosen.get(shape)
      const candidate =
        index && coversFilter(index, whole)
          ? candidateOf(index, whole, [])
          : bestCandidate(keyspace, collection, whole, [])
      if (!candidate?.bounded) break
      chosen.set(shape, candidate.index)
      found.push(candidate)
    }
    if (found.length < branches.length) continue
    return {
      steps: found.flatMap(({ steps }) => steps),
      reverse: false,
      dedupe: true,
      covered: found.every(({ covered }) => covered),
    }
  }
  return undefined
}
