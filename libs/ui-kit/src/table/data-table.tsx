import { Button } from '@mantine/core';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { useWords } from '../theme/words';
import styles from './data-table.module.css';

export interface Column<Row> {
  key: string;
  title: string;
  cell: (row: Row) => ReactNode;
  /** CSS width; columns without one share what is left. */
  width?: string;
  number?: boolean;
  /** Left out where the window is narrow. */
  wide?: boolean;
}

interface DataTableProps<Row> {
  /** What the table lists, for those who cannot see it. */
  label: string;
  columns: Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** All rows that exist, of which `rows` are the first pages. */
  total?: number | undefined;
  more?: { loading: boolean; load: () => void } | undefined;
  /** Shown instead of rows when there are none. */
  empty: ReactNode;
  /** Search and filters. */
  tools?: ReactNode;
  /** Without a frame, inside of a panel that has one. */
  bare?: boolean;
}

/** Beyond these, only rows near the window are in the page. */
const VIRTUAL_FROM = 200;
/** Of a name with a line below; each row is measured as it comes into the page. */
const ROW_PX = 54;

/** Rows with one look everywhere: pages come from the API, long lists cost no more than what is seen of them. */
export function DataTable<Row>({ label, columns, rows, rowKey, total, more, empty, tools, bare = false }: DataTableProps<Row>) {
  const words = useWords();
  return (
    <div className={styles.box} data-bare={bare}>
      {tools && <div className={styles.tools}>{tools}</div>}
      {rows.length === 0 ? (
        empty
      ) : (
        <div className={styles.scroll} tabIndex={-1}>
          <table className={styles.table} aria-label={label} aria-rowcount={(total ?? rows.length) + 1}>
            <thead>
              <tr aria-rowindex={1}>
                {columns.map((c) => (
                  <th key={c.key} scope="col" data-number={c.number} data-wide={c.wide} style={{ width: c.width }}>
                    {c.title}
                  </th>
                ))}
              </tr>
            </thead>
            {rows.length > VIRTUAL_FROM ? (
              <VirtualRows columns={columns} rows={rows} rowKey={rowKey} />
            ) : (
              <tbody>
                {rows.map((row, index) => (
                  <Cells key={rowKey(row)} row={row} index={index} columns={columns} />
                ))}
              </tbody>
            )}
          </table>
        </div>
      )}
      {(more ?? (total !== undefined && rows.length > 0)) && (
        <div className={styles.foot}>
          <span>{words.rows(rows.length, total ?? rows.length)}</span>
          {more && (
            <Button variant="subtle" loading={more.loading} onClick={more.load}>
              {words.loadMore}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

type RowsProps<Row> = Pick<DataTableProps<Row>, 'columns' | 'rows' | 'rowKey'>;

function VirtualRows<Row>({ columns, rows, rowKey }: RowsProps<Row>) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [above, setAbove] = useState(0);
  useLayoutEffect(() => {
    if (body.current) setAbove(body.current.getBoundingClientRect().top + scrollY);
  }, []);
  const virtual = useWindowVirtualizer({ count: rows.length, estimateSize: () => ROW_PX, overscan: 12, scrollMargin: above });
  const seen = virtual.getVirtualItems();
  const before = (seen[0]?.start ?? above) - above;
  const after = virtual.getTotalSize() - ((seen.at(-1)?.end ?? above) - above);
  return (
    // The browser's own way to keep what is seen in its place would fight with ours.
    <tbody ref={body} style={{ overflowAnchor: 'none' }}>
      {before > 0 && <Space height={before} columns={columns.length} />}
      {seen.map(({ index }) => {
        const row = rows[index];
        return row === undefined ? null : <Cells key={rowKey(row)} row={row} index={index} columns={columns} measure={virtual.measureElement} />;
      })}
      {after > 0 && <Space height={after} columns={columns.length} />}
    </tbody>
  );
}

function Space({ height, columns }: { height: number; columns: number }) {
  return (
    <tr aria-hidden="true">
      <td colSpan={columns} style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}

interface CellsProps<Row> {
  row: Row;
  index: number;
  columns: Column<Row>[];
  measure?: (element: HTMLElement | null) => void;
}

function Cells<Row>({ row, index, columns, measure }: CellsProps<Row>) {
  return (
    <tr aria-rowindex={index + 2} ref={measure} data-index={index}>
      {columns.map((c) => (
        <td key={c.key} data-number={c.number} data-wide={c.wide}>
          {c.cell(row)}
        </td>
      ))}
    </tr>
  );
}

/** The first cell of a row: what it is called, and where it lies. */
export function NameCell({ children, below }: { children: ReactNode; below?: ReactNode }) {
  return (
    <div className={styles.name}>
      {children}
      {below && <div className={styles.below}>{below}</div>}
    </div>
  );
}
