import { useState } from 'react';
import { ask } from '../../api/client';
import { ACT, type Can, type Release } from '../../api/release';

const WORDS: Record<Can['action'], string> = {
  PROMOTE: 'Promote',
  PAUSE: 'Pause',
  RESUME: 'Resume',
  ABORT: 'Abort',
  ROLLBACK: 'Roll back',
};

/** Buttons follow the API's word: a greyed one says why. */
export function Actions({ release }: { release: Release }) {
  const [busy, setBusy] = useState<Can['action']>();
  const [problem, setProblem] = useState<string>();
  const act = async (action: Can['action']): Promise<void> => {
    setBusy(action);
    setProblem(undefined);
    try {
      await ask(ACT, { input: { namespace: release.namespace, name: release.name, action, reason: 'asked in the console' } });
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(undefined);
    }
  };
  return (
    <>
      <div className="actions">
        {release.can.map((can) => (
          <button
            key={can.action}
            type="button"
            disabled={!can.allowed || busy !== undefined}
            title={can.because ?? undefined}
            onClick={() => void act(can.action)}
          >
            {busy === can.action ? `${WORDS[can.action]} …` : WORDS[can.action]}
          </button>
        ))}
      </div>
      {problem && (
        <p role="alert" className="alarm">
          {problem}
        </p>
      )}
    </>
  );
}
