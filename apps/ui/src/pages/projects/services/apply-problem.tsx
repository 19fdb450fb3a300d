import type { ApplyYamlMutation } from '../../../api/generated/documents';
import type { Problem } from '../../../api/problem';
import styles from './service.module.css';

/** Why it was refused, field by field. */
export function ApplyProblem({ problem, applied }: { problem?: Problem | undefined; applied?: ApplyYamlMutation['applyYaml'][number] | undefined }) {
  return (
    <div className={styles.problem} role="alert">
      {problem && [problem.sentence, problem.remedy].filter(Boolean).join(' ')}
      {applied?.because}
      {applied && applied.fields.length > 0 && (
        <ul>
          {applied.fields.map(({ field, message }) => (
            <li key={`${field} ${message}`}>
              <code>{field}</code> {message}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
