// May it act? The same in every playbook that acts: change playbooks/shared/mayAct.js, then run
// `node scripts/embedPlaybookCode.mjs`.
// Takes the items of "Ready to act" and the rows of "Read the switches", and adds `gate`: whether to act, and why not.
const settings = $('Settings').first().json.settings ?? {};
const rows = $input.all().map(({ json }) => json);
const hour = 3_600_000;
const now = Date.now();

/** The reason that keeps the whole run from acting, if there is one. What cannot be understood does. */
function stopped() {
	if (settings.dryRun !== false) return ['dryRun', 'dry run: dryRun in Settings is on'];
	if (rows.some(({ error }) => error !== undefined)) {
		return ['stopped', 'the data table “Proofpoint switches” could not be read'];
	}
	const off = ['', 'off', 'false', 'no', '0'];
	const all = rows.filter(({ name }) => name === 'stopAll');
	if (
		!all.every(({ value }) =>
			off.includes(
				String(value ?? '')
					.trim()
					.toLowerCase(),
			),
		)
	) {
		return ['stopped', 'stopped: stopAll is on in the data table “Proofpoint switches”'];
	}
	for (const name of ['maxPerRun', 'maxPerHour']) {
		if (!Number.isInteger(settings[name]) || settings[name] < 0) {
			return ['stopped', name + ' in Settings is not a whole number'];
		}
	}
	return undefined;
}

/** The places for actions that are free: one is taken by each action, for an hour. */
function freePlaces() {
	const names = Array.from(
		{ length: Math.min(settings.maxPerHour, 1000) },
		(_, index) => $workflow.id + ' action ' + (index + 1),
	);
	const taken = new Set(
		rows
			.filter(({ name, at }) => name !== 'stopAll' && !(now - Date.parse(at) > hour))
			.map(({ name }) => name),
	);
	return names.filter((name) => !taken.has(name));
}

const reason = stopped();
const places = reason ? [] : freePlaces();
let acted = 0;

function gateOf() {
	if (reason) return { act: false, kind: reason[0], why: reason[1] };
	if (acted >= settings.maxPerRun)
		return {
			act: false,
			kind: 'cap',
			why: 'more than maxPerRun (' + settings.maxPerRun + ') in one run',
		};
	const place = places.shift();
	if (place === undefined)
		return {
			act: false,
			kind: 'cap',
			why: 'more than maxPerHour (' + settings.maxPerHour + ') in an hour',
		};
	acted += 1;
	return { act: true, kind: 'act', why: '', place, at: new Date(now).toISOString() };
}

return $('Ready to act')
	.all()
	.map(({ json }) => ({ json: { ...json, gate: gateOf() } }));
