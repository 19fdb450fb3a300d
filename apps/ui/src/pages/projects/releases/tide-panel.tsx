import { ActionIcon, Button, Group, Slider } from '@mantine/core';
import { Panel, TideChart } from '@tidegate/ui-kit';
import { IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import type { ReleaseDetailFragment } from '../../../api/generated/documents';
import { useText } from '../../../i18n/use-text';
import type { Story } from './release-story';
import type { Replay } from './use-replay';

/** The candidate's share of the traffic over the whole release, and a way to let it pass again. */
export function TidePanel({ release, story, replay }: { release: ReleaseDetailFragment; story: Story; replay: Replay }) {
  const { t, figures } = useText();
  const { candidate, principal, weight } = release;
  const watching = replay.at !== undefined;
  return (
    <Panel
      title={t('release.tide', { candidate })}
      aside={
        <Group gap="xs" wrap="nowrap">
          {watching ? (
            <>
              <Slider
                thumbLabel={t('release.moment')}
                label={(value) => figures.clock(value / 1000)}
                min={story.from}
                max={story.to}
                step={250}
                value={replay.at ?? story.to}
                onChange={replay.seek}
                size="sm"
                w={180}
              />
              <ActionIcon aria-label={t('release.stop')} onClick={replay.stop} size="sm">
                <IconPlayerStop size={15} />
              </ActionIcon>
            </>
          ) : (
            <Button variant="subtle" size="compact-xs" leftSection={<IconPlayerPlay size={13} />} onClick={replay.start}>
              {t('release.replay')}
            </Button>
          )}
        </Group>
      }
    >
      <TideChart
        label={t('release.tideLabel', { candidate, weight })}
        points={story.points}
        marks={story.marks}
        steps={[0, ...release.steps.map((s) => s.weight), 100]}
        from={story.from}
        to={story.to}
        flowing={!release.finished}
        at={replay.at}
        names={{ below: candidate, above: principal }}
      />
    </Panel>
  );
}
