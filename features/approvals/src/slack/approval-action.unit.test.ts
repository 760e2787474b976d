import { describe, expect, it } from 'vitest';
import { readSlackAction } from './approval-action.ts';
import { approvalMessage } from './approval-message.ts';

const ACTION = {
  type: 'button',
  action_id: 'choice:approve',
  block_id: 'ap_1',
  value: 'ap_1',
  action_ts: '1700000000.000100',
  text: { type: 'plain_text', text: 'Approve' },
};
const CLICK = {
  type: 'block_actions',
  user: { id: 'U1', username: 'anna', name: 'anna', team_id: 'T1' },
  team: { id: 'T1' },
  channel: { id: 'C1', name: 'ops' },
  message: { ts: '1700000000.000001' },
  actions: [ACTION],
  response_url: 'https://hooks.slack.com/actions/T1/1/x',
  trigger_id: '1.2.3',
};
const READ = {
  approvalId: 'ap_1',
  choice: 'approve',
  userId: 'U1',
  userName: 'anna',
  channel: 'C1',
  responseUrl: 'https://hooks.slack.com/actions/T1/1/x',
  actionTs: '1700000000.000100',
};

describe('a click', () => {
  it('is read from the JSON as it comes, and parsed', () => {
    expect(readSlackAction(JSON.stringify(CLICK))).toEqual(READ);
    expect(readSlackAction(CLICK)).toEqual(READ);
  });

  it('on a button of our message names its approval and its choice', () => {
    const { blocks } = approvalMessage({
      id: 'ap_2',
      runId: 'r',
      workflow: 'w',
      resourceId: null,
      title: 't',
      evidence: '{}',
      choices: [{ name: 'go-on', label: 'Go on', approves: true }],
      approvers: null,
      defaultChoice: null,
      expiresAt: 0,
    });
    const { block_id, elements } = blocks.at(-1) as {
      readonly block_id: string;
      readonly elements: readonly [object];
    };
    const action = { ...elements[0], block_id, action_ts: '1.0' };
    expect(readSlackAction({ ...CLICK, actions: [action] })).toMatchObject({
      approvalId: 'ap_2',
      choice: 'go-on',
    });
  });

  it('is ours among others', () => {
    const actions = [null, { ...ACTION, action_id: 'open' }, ACTION];
    expect(readSlackAction({ ...CLICK, actions })).toEqual(READ);
  });

  it('needs neither a name of the user, nor a channel, nor a URL for answers', () => {
    const { channel: _channel, response_url: _url, ...less } = CLICK;
    expect(readSlackAction({ ...less, user: { id: 'U1' } })).toEqual({
      ...READ,
      userName: null,
      channel: null,
      responseUrl: null,
    });
  });

  it.each([
    ['no JSON', '{'],
    ['nothing', undefined],
    ['a list', []],
    ['of another kind', { ...CLICK, type: 'view_submission' }],
    ['of nobody', { ...CLICK, user: { id: '' } }],
    ['of a number', { ...CLICK, user: { id: 1 } }],
    ['without actions', { ...CLICK, actions: [] }],
    ['with actions that are no list', { ...CLICK, actions: ACTION }],
    ['on a button of another app', { ...CLICK, actions: [{ ...ACTION, action_id: 'approve' }] }],
    ['on a choice without a name', { ...CLICK, actions: [{ ...ACTION, action_id: 'choice:' }] }],
    ['on a value of another block', { ...CLICK, actions: [{ ...ACTION, value: 'ap_2' }] }],
    ['on no button', { ...CLICK, actions: [{ ...ACTION, type: 'static_select' }] }],
    ['without a time', { ...CLICK, actions: [{ ...ACTION, action_ts: undefined }] }],
  ])('is none of ours: %s', (_, payload) => {
    expect(readSlackAction(payload)).toBeNull();
  });
});
