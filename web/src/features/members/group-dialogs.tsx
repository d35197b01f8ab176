import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import type { ConversationView, User } from '@/engine';
import { PeoplePicker } from '@/features/people-picker';
import { tell, useEngine, useLimits } from '@/features/session';
import { usePending } from '@/lib/async';
import { Button, TextField } from '@/ui';
import { Dialog } from '@/ui/dialog';
import { toast } from '@/ui/toast';

interface GroupDialogProps {
  conversation: ConversationView;
  onClose: () => void;
}

export function RenameDialog({ conversation, onClose }: GroupDialogProps) {
  const { t } = useLingui();
  const engine = useEngine();
  const limits = useLimits();
  const [title, setTitle] = useState(conversation.title ?? '');
  const [wrong, setWrong] = useState<string>();
  const [save, pending] = usePending(async () => {
    if (!title.trim()) return setWrong(t`Please give the group a title.`);
    try {
      if (title.trim() !== conversation.title) await engine.rename(conversation.id, title.trim());
      onClose();
    } catch (error) {
      setWrong(tell(error).text);
    }
  });
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t`Rename group`} closeLabel={t`Close`}>
      <form
        noValidate
        className="flex flex-col gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <TextField
          label={t`Title`}
          dir="auto"
          value={title}
          maxLength={limits.title_chars}
          error={wrong}
          onChange={(event) => {
            setTitle(event.target.value);
            setWrong(undefined);
          }}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" tone="primary" pending={pending}>
            <Trans>Rename</Trans>
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface AddDialogProps extends GroupDialogProps {
  present: ReadonlySet<string>;
  onAdded: () => void;
}

export function AddDialog({ conversation, present, onAdded, onClose }: AddDialogProps) {
  const { t } = useLingui();
  const engine = useEngine();
  const [chosen, setChosen] = useState<readonly User[]>([]);
  const [add, pending] = usePending(async () => {
    try {
      await engine.add_members(
        conversation.id,
        chosen.map((user) => user.id),
      );
      onAdded();
      onClose();
    } catch (error) {
      toast({ text: tell(error).text, tone: 'danger' });
    }
  });
  const toggle = (user: User) =>
    setChosen((before) =>
      before.some(({ id }) => id === user.id) ? before.filter(({ id }) => id !== user.id) : [...before, user],
    );
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t`Add people`}
      description={t`They will see everything written here so far.`}
      closeLabel={t`Close`}
      className="h-[34rem]"
      footer={
        <Button tone="primary" pending={pending} disabled={chosen.length === 0} onClick={add}>
          <Trans>Add</Trans>
        </Button>
      }
    >
      <PeoplePicker chosen={chosen} onToggle={toggle} without={present} />
    </Dialog>
  );
}
