import { expect, test } from 'vitest';
import { eachFromItsFile } from './lucide-icons';

test('each icon comes from its own file, and every line stays where it was', () => {
  const code = "import { AtSign, Trash2 as Bin } from 'lucide-react';\nimport {\n  Copy,\n} from 'lucide-react';\nuse(Copy);";
  expect(eachFromItsFile(code)?.split('\n')).toEqual([
    "import AtSign from 'lucide-react/icons/at-sign'; import Bin from 'lucide-react/icons/trash-2';",
    "import Copy from 'lucide-react/icons/copy';",
    '',
    '',
    'use(Copy);',
  ]);
  expect(eachFromItsFile("import { useState } from 'react';")).toBeNull();
});
