-- file: opencode/opencode.db
CREATE TABLE session (id text PRIMARY KEY, project_id text NOT NULL, parent_id text, slug text NOT NULL, directory text NOT NULL, title text NOT NULL, version text NOT NULL, revert text, time_created integer NOT NULL, time_updated integer NOT NULL);
CREATE TABLE message (id text PRIMARY KEY, session_id text NOT NULL, time_created integer NOT NULL, time_updated integer NOT NULL, data text NOT NULL);
CREATE TABLE part (id text PRIMARY KEY, message_id text NOT NULL, session_id text NOT NULL, time_created integer NOT NULL, time_updated integer NOT NULL, data text NOT NULL);
CREATE TABLE account (id text PRIMARY KEY, token text);
INSERT INTO account VALUES ('a', 'never read');
INSERT INTO session VALUES
 ('ses_1', 'p', NULL, 'calm-wolf', '/home/ada/kiln', 'The door sticks', '1.2.0', NULL, 1772442000000, 1772442099000),
 ('ses_2', 'p', 'ses_1', 'red-fox', '/home/ada/kiln', 'Child session - 2026-03-02T09:00:05.000Z', '1.2.0', NULL, 1772442005000, 1772442006000),
 ('ses_3', 'p', NULL, 'blue-owl', '/home/ada/shop', 'New session - 2026-03-02T10:00:00.000Z', '1.2.0', '{"messageID":"msg_33","partID":"prt_332"}', 1772445600000, 1772445609000);
INSERT INTO message VALUES
 ('msg_11', 'ses_1', 1772442001000, 0, '{"role":"user","time":{"created":1772442001000},"agent":"build"}'),
 ('msg_12', 'ses_1', 1772442002000, 0, '{"role":"assistant","time":{"created":1772442002000},"path":{"cwd":"/home/ada/kiln/src","root":"/home/ada/kiln"},"tokens":{"input":1,"output":2}}'),
 ('msg_13', 'ses_1', 1772442008000, 0, '{"role":"user","time":{"created":1772442008000}}'),
 ('msg_14', 'ses_1', 1772442009000, 0, '{"role":"assistant","summary":true,"time":{"created":1772442009000}}'),
 ('msg_15', 'ses_1', 1772442010000, 0, '{"role":"assis'),
 ('msg_21', 'ses_2', 1772442005000, 0, '{"role":"user","time":{"created":1772442005000}}'),
 ('msg_22', 'ses_2', 1772442006000, 0, '{"role":"assistant","time":{"created":1772442006000}}'),
 ('msg_31', 'ses_3', 1772445601000, 0, '{"role":"user","time":{"created":1772445601000}}'),
 ('msg_32', 'ses_3', 1772445602000, 0, '{"role":"assistant","time":{"created":1772445602000}}'),
 ('msg_33', 'ses_3', 1772445603000, 0, '{"role":"assistant","time":{"created":1772445603000}}'),
 ('msg_34', 'ses_3', 1772445604000, 0, '{"role":"user","time":{"created":1772445604000}}');
INSERT INTO part VALUES
 ('prt_111', 'msg_11', 'ses_1', 0, 0, '{"type":"text","text":"the door sticks, always oil it before you test"}'),
 ('prt_112', 'msg_11', 'ses_1', 0, 0, '{"type":"text","synthetic":true,"text":"Called the Read tool: never deploy on friday"}'),
 ('prt_113', 'msg_11', 'ses_1', 0, 0, '{"type":"file","mime":"text/plain","url":"file:///home/ada/kiln/door.py"}'),
 ('prt_121', 'msg_12', 'ses_1', 0, 0, '{"type":"step-start","snapshot":"abc"}'),
 ('prt_122', 'msg_12', 'ses_1', 0, 0, '{"type":"reasoning","text":"I look first.","time":{"start":1772442002500,"end":1772442002600}}'),
 ('prt_123', 'msg_12', 'ses_1', 0, 0, '{"type":"tool","tool":"bash","callID":"c1","state":{"status":"completed","input":{"command":"make test","description":"Runs tests"},"output":"1 failed","title":"make test","metadata":{"exit":2},"time":{"start":1772442003000,"end":1772442003500}}}'),
 ('prt_124', 'msg_12', 'ses_1', 0, 0, '{"type":"tool","tool":"edit","callID":"c2","state":{"status":"error","input":{"filePath":"door.py","oldString":"a","newString":"b"},"error":"The user rejected permission with feedback: oil it first","time":{"start":1772442004000,"end":1772442004500}}}'),
 ('prt_125', 'msg_12', 'ses_1', 0, 0, '{"type":"tool","tool":"bash","callID":"c3","state":{"status":"error","input":{"command":"git push"},"error":"The user rejected permission to use this specific tool call.","time":{"start":1772442004600,"end":1772442004700}}}'),
 ('prt_126', 'msg_12', 'ses_1', 0, 0, '{"type":"tool","tool":"weather_ask","callID":"c4","state":{"status":"error","input":{"q":"rain"},"error":"The user rejected permission to use this specific tool call.","time":{"start":1772442004800,"end":1772442004900}}}'),
 ('prt_127', 'msg_12', 'ses_1', 0, 0, '{"type":"tool","tool":"task","callID":"c5","state":{"status":"completed","input":{"description":"hinge","prompt":"Find the hinge."},"output":"It is in door.py.","metadata":{},"time":{"start":1772442005000,"end":1772442006500}}}'),
 ('prt_128', 'msg_12', 'ses_1', 0, 0, '{"type":"tool","tool":"question","callID":"c6","state":{"status":"completed","input":{"questions":[{"question":"Which oil?"},{"question":"How much?"}]},"output":"User has answered your questions: \"Which oil?\"=\"linseed\", \"How much?\"=\"Unanswered\".","metadata":{"answers":[["linseed"],[]]},"time":{"start":1772442006600,"end":1772442006700}}}'),
 ('prt_129', 'msg_12', 'ses_1', 0, 0, '{"type":"tool","tool":"webfetch","callID":"c7","state":{"status":"completed","input":{"url":"https://example.org"},"output":"always use graphite","metadata":{},"time":{"start":1772442006800,"end":1772442006900}}}'),
 ('prt_12a', 'msg_12', 'ses_1', 0, 0, '{"type":"tool","tool":"stillhouse_search","callID":"c8","state":{"status":"completed","input":{"query":"door"},"output":"the door closes first","metadata":{},"time":{"start":1772442006910,"end":1772442006920}}}'),
 ('prt_12b', 'msg_12', 'ses_1', 0, 0, '{"type":"tool","tool":"bash","callID":"c9","state":{"status":"running","input":{"command":"sleep 9"},"time":{"start":1772442006930}}}'),
 ('prt_12c', 'msg_12', 'ses_1', 0, 0, '{"type":"text","text":"Oiled.","time":{"start":1772442007000,"end":1772442007100}}'),
 ('prt_131', 'msg_13', 'ses_1', 0, 0, '{"type":"text","text":"it says\n\n```\nalways slam\n```"}'),
 ('prt_132', 'msg_13', 'ses_1', 0, 0, '{"type":"compaction","auto":true}'),
 ('prt_133', 'msg_13', 'ses_1', 0, 0, '[1]'),
 ('prt_141', 'msg_14', 'ses_1', 0, 0, '{"type":"text","text":"We oiled the door."}'),
 ('prt_211', 'msg_21', 'ses_2', 0, 0, '{"type":"text","text":"Find the hinge."}'),
 ('prt_221', 'msg_22', 'ses_2', 0, 0, '{"type":"text","text":"It is in door.py."}'),
 ('prt_311', 'msg_31', 'ses_3', 0, 0, '{"type":"text","text":"sell two doors"}'),
 ('prt_321', 'msg_32', 'ses_3', 0, 0, '{"type":"text","text":"Sold."}'),
 ('prt_331', 'msg_33', 'ses_3', 0, 0, '{"type":"text","text":"And one more."}'),
 ('prt_332', 'msg_33', 'ses_3', 0, 0, '{"type":"text","text":"And all the rest."}'),
 ('prt_341', 'msg_34', 'ses_3', 0, 0, '{"type":"text","text":"always sell everything"}');
