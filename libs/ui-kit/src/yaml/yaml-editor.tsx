import { autocompletion, closeBrackets, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, foldGutter, indentOnInput } from '@codemirror/language';
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState } from '@codemirror/state';
import { EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { type YamlSchema, completeYaml } from './complete-yaml';
import { editorLook } from './editor-look';
import styles from './yaml.module.css';

export type { YamlSchema } from './complete-yaml';
export type { SchemaNode } from './schema-node';

/** Something to mend, at a line from 1. */
export interface YamlFinding {
  line: number;
  message: string;
}

interface YamlEditorProps {
  label: string;
  value: string;
  onChange?: ((value: string) => void) | undefined;
  schema?: YamlSchema | undefined;
  findings?: readonly YamlFinding[];
  /** Called by Ctrl-S (Cmd-S). */
  onSave?: (() => void) | undefined;
  height?: string;
}

/** YAML with completion by a kind's schema. Escape, then Tab leaves it by keyboard. */
export function YamlEditor({ label, value, onChange, schema, findings = [], onSave, height = '60vh' }: YamlEditorProps) {
  const box = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const latest = useRef({ onChange, schema, onSave });
  latest.current = { onChange, schema, onSave };
  const fixed = useRef(new Compartment());
  const readOnly = onChange === undefined;
  useEffect(() => {
    if (!box.current) return undefined;
    const made = new EditorView({
      parent: box.current,
      state: EditorState.create({
        doc: value,
        extensions: [
          lineNumbers(),
          foldGutter(),
          lintGutter(),
          history(),
          indentOnInput(),
          bracketMatching(),
          closeBrackets(),
          highlightActiveLine(),
          highlightSelectionMatches(),
          autocompletion({ override: [completeYaml(() => latest.current.schema)] }),
          yaml(),
          editorLook,
          keymap.of([
            { key: 'Mod-s', run: () => (latest.current.onSave?.(), true) },
            ...completionKeymap,
            ...searchKeymap,
            ...historyKeymap,
            indentWithTab,
            ...defaultKeymap,
          ]),
          EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
          EditorView.lineWrapping,
          fixed.current.of(EditorState.readOnly.of(readOnly)),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange?.(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
    // The text and what else changes reach the editor below.
  }, [label]);
  useEffect(() => {
    const editor = view.current;
    if (editor && editor.state.doc.toString() !== value) {
      editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
    }
  }, [value]);
  useEffect(() => view.current?.dispatch({ effects: fixed.current.reconfigure(EditorState.readOnly.of(readOnly)) }), [readOnly]);
  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const shown = findings.map(({ line, message }): Diagnostic => {
      const { from, to } = editor.state.doc.line(Math.min(Math.max(1, line), editor.state.doc.lines));
      return { from, to, message, severity: 'error' };
    });
    editor.dispatch(setDiagnostics(editor.state, shown));
  }, [findings]);
  return <div ref={box} className={styles.editor} style={{ height }} />;
}
