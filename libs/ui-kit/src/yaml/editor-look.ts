import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** Colours come from the theme's variables, so light and dark need no rebuild. */
export const editorLook = [
  EditorView.theme({
    '&': { fontSize: '12.5px', backgroundColor: 'var(--panel)', color: 'var(--ink)' },
    '.cm-content': { fontFamily: 'var(--mono)', caretColor: 'var(--ink)', padding: '10px 0' },
    '.cm-gutters': { backgroundColor: 'var(--panel)', color: 'var(--quiet)', border: '0' },
    '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in srgb, var(--tide) 6%, transparent)' },
    '&.cm-focused': { outline: 'none' },
    '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': {
      backgroundColor: 'color-mix(in srgb, var(--tide) 22%, transparent) !important',
    },
    '.cm-cursor': { borderLeftColor: 'var(--ink)' },
    '.cm-tooltip': {
      backgroundColor: 'var(--panel)',
      color: 'var(--ink)',
      border: '1px solid var(--line-strong)',
      borderRadius: '6px',
      boxShadow: 'var(--shadow)',
    },
    '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--tide-soft)', color: 'var(--ink)' },
    '.cm-completionInfo': { maxWidth: '360px', padding: '8px 10px', fontFamily: 'var(--sans)' },
    '.cm-completionDetail': { color: 'var(--quiet)', fontStyle: 'normal' },
    '.cm-panels': { backgroundColor: 'var(--sunken)', color: 'var(--ink)' },
    '.cm-changedLine': { backgroundColor: 'color-mix(in srgb, var(--good) 10%, transparent) !important' },
    '.cm-deletedChunk': { backgroundColor: 'color-mix(in srgb, var(--bad) 10%, transparent) !important' },
    '.cm-changedText': { background: 'color-mix(in srgb, var(--good) 24%, transparent) !important' },
    '.cm-deletedText': { background: 'color-mix(in srgb, var(--bad) 24%, transparent) !important' },
    '.cm-collapsedLines': { color: 'var(--quiet)', background: 'var(--sunken)' },
  }),
  syntaxHighlighting(
    HighlightStyle.define([
      { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--tide)' },
      { tag: [tags.string, tags.content], color: 'var(--ink)' },
      { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: 'var(--candidate)' },
      { tag: tags.comment, color: 'var(--quiet)', fontStyle: 'italic' },
      { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: 'var(--quiet)' },
    ]),
  ),
];
