import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONFIG, LONG_TEXT, play, READY, TRAINING, typesOf } from './messages.js';

test('a_field_that_holds_no_number_gets_a_sentence_that_names_it', () => {
  const { state, sent } = play([
    READY,
    { type: 'edit', value: LONG_TEXT },
    { type: 'setField', field: 'learningRate', value: '' },
    { type: 'train' },
  ]);
  assert.equal(state.problems.learningRate, 'Learning rate needs a number.');
  assert.match(state.alert?.text ?? '', /Learning rate/);
  assert.deepEqual(sent, []);
});

test('a_live_setting_is_sent_once_and_a_refusal_keeps_what_was_in_force', () => {
  const asked = play([
    ...TRAINING,
    { type: 'setField', field: 'learningRate', value: '-1' },
    { type: 'commitField', field: 'learningRate' },
    { type: 'commitField', field: 'learningRate' },
  ]);
  const tunes = asked.sent.filter(({ type }) => type === 'tune');
  assert.deepEqual(tunes, [{ type: 'tune', runId: 1, tuning: { learningRate: -1 } }]);
  const { state } = play(
    [
      {
        type: 'failed',
        runId: 1,
        name: 'InvalidConfig',
        message: 'Too low.',
        field: 'learningRate',
        fatal: false,
      },
    ],
    asked.state,
  );
  assert.equal(state.problems.learningRate, 'Too low. 0.005 stays in force.');
  assert.equal(state.run?.config.learningRate, 0.005);
  assert.equal(state.run.phase, 'training');
  const freed = play([{ type: 'reset' }], state).state;
  assert.equal(freed.fields.learningRate, '0.005');
});

test('an_answer_to_a_live_setting_leaves_what_was_typed_since', () => {
  const { state } = play([
    ...TRAINING,
    { type: 'setField', field: 'sequenceLength', value: '900' },
    { type: 'commitField', field: 'sequenceLength' },
    { type: 'setField', field: 'sequenceLength', value: '9' },
    { type: 'tuned', runId: 1, config: { ...CONFIG, sequenceLength: 512 } },
  ]);
  assert.equal(state.fields.sequenceLength, '9');
  assert.equal(state.run?.config.sequenceLength, 512);
});

test('settings_of_a_run_are_not_sent_while_there_is_one', () => {
  const { sent } = play([
    ...TRAINING,
    { type: 'setField', field: 'seed', value: '5' },
    { type: 'commitField', field: 'seed' },
  ]);
  assert.deepEqual(typesOf(sent), ['start']);
});

test('another_optimizer_or_cell_brings_its_usual_learning_rate_and_leaves_a_typed_one', () => {
  const sgd = { type: 'setField', field: 'optimizer', value: 'sgd' };
  const adam = { type: 'setField', field: 'optimizer', value: 'adam' };
  const chosen = play([READY, sgd]).state;
  assert.equal(chosen.fields.learningRate, '1');
  assert.match(chosen.announcement, /learning rate is now 1, the usual one for SGD/);
  assert.equal(play([adam], chosen).state.fields.learningRate, '0.03');
  const relu = play([READY, { type: 'setField', field: 'cell', value: 'relu' }]).state;
  assert.match(relu.announcement, /learning rate is now 0\.005, the usual one for Adam with ReLU/);
  assert.equal(relu.fields.learningRate, '0.005');
  const typed = play([{ type: 'setField', field: 'learningRate', value: '0.5' }, adam], chosen);
  assert.equal(typed.state.fields.learningRate, '0.5');
  assert.equal(typed.state.announcement, '', 'the sentence about the usual one is gone');
});

test('a_sequence_length_that_the_text_shortens_gets_a_sentence', () => {
  const { state } = play([
    ...TRAINING,
    { type: 'setField', field: 'sequenceLength', value: '900' },
    { type: 'commitField', field: 'sequenceLength' },
    { type: 'tuned', runId: 1, config: { ...CONFIG, sequenceLength: 20 } },
  ]);
  assert.equal(state.fields.sequenceLength, '20');
  const shrunk = { field: 'sequenceLength', asked: 900, used: 20 };
  assert.deepEqual(state.run?.report?.shrunk, [shrunk]);
  const again = play(
    [
      { type: 'setField', field: 'sequenceLength', value: '10' },
      { type: 'commitField', field: 'sequenceLength' },
      { type: 'tuned', runId: 1, config: { ...CONFIG, sequenceLength: 10 } },
    ],
    state,
  );
  assert.deepEqual(again.state.run?.report?.shrunk, []);
});

test('a_complaint_is_over_when_what_it_complained_of_changes', () => {
  const empty = play([READY, { type: 'train' }]).state;
  assert.equal(play([{ type: 'edit', value: 'a' }], empty).state.alert, null);
  const zero = play([...TRAINING, { type: 'setField', field: 'learningRate', value: '0' }]).state;
  const failed = {
    type: 'failed',
    runId: 1,
    name: 'InvalidConfig',
    message: 'Too low.',
    field: 'learningRate',
    fatal: false,
  };
  const refused = play([failed], zero).state;
  const other = play([{ type: 'edit', value: 'a' }], refused).state;
  assert.match(other.alert?.text ?? '', /Too low/);
  const mended = play([{ type: 'setField', field: 'learningRate', value: '0.1' }], refused).state;
  assert.equal(mended.alert, null);
});
