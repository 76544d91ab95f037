-- file: Cursor/User/globalStorage/state.vscdb
CREATE TABLE ItemTable (key TEXT UNIQUE ON CONFLICT REPLACE, value BLOB);
CREATE TABLE cursorDiskKV (key TEXT UNIQUE ON CONFLICT REPLACE, value BLOB);
INSERT INTO ItemTable VALUES ('cursorAuth/accessToken', 'never read');
INSERT INTO cursorDiskKV VALUES
 ('composerData:c1', '{"_v":17,"composerId":"c1","name":"The door sticks","createdAt":1772442000000,"workspaceIdentifier":{"id":"w","uri":{"fsPath":"/home/ada/kiln"}},"subagentComposerIds":["c2"],"fullConversationHeadersOnly":[{"bubbleId":"b1","type":1},{"bubbleId":"b2","type":2},{"bubbleId":"b3","type":2},{"bubbleId":"b4","type":2},{"bubbleId":"b5","type":2},{"bubbleId":"b6","type":1},{"bubbleId":"b7","type":2},{"bubbleId":"lost","type":2}]}'),
 ('bubbleId:c1:b1', '{"_v":3,"type":1,"bubbleId":"b1","createdAt":"2026-03-02T09:00:01.000Z","text":"the door sticks; never force it"}'),
 ('bubbleId:c1:b2', '{"_v":3,"type":2,"bubbleId":"b2","timingInfo":{"clientStartTime":1234.5,"clientRpcSendTime":1772442002000},"thinking":{"text":"I look first."},"text":"Looking."}'),
 ('bubbleId:c1:b3', '{"_v":3,"type":2,"bubbleId":"b3","text":"","capabilityType":15,"toolFormerData":{"tool":15,"name":"run_terminal_cmd","toolCallId":"t1","status":"completed","rawArgs":"{\"command\":\"make test\",\"is_background\":false}","result":"{\"output\":\"1 failed\\nno rule\",\"exitCodeV2\":2}","userDecision":"accepted"}}'),
 ('bubbleId:c1:b4', '{"_v":3,"type":2,"bubbleId":"b4","text":"","toolFormerData":{"tool":7,"name":"edit_file","toolCallId":"t2","status":"cancelled","rawArgs":"{\"target_file\":\"door.py\",\"code_edit\":\"x\"}","userDecision":"rejected"}}'),
 ('bubbleId:c1:b5', '{"_v":3,"type":2,"bubbleId":"b5","text":"","toolFormerData":{"tool":18,"name":"web_search","toolCallId":"t3","status":"completed","rawArgs":"{\"search_term\":\"hinges\"}","result":"{\"references\":[{\"title\":\"always use graphite\"}]}"}}'),
 ('bubbleId:c1:b6', '{"_v":3,"type":1,"bubbleId":"b6","createdAt":"2026-03-02T09:00:06.000Z","text":"got\n\n$ make\nmake: always rebuild"}'),
 ('bubbleId:c1:b7', '{"_v":3,"type":2,"bubbleId":"b7","text":"cut off'),
 ('bubbleId:c1:gone', '{"_v":3,"type":1,"bubbleId":"gone","text":"always slam it"}'),
 ('composerData:c2', '{"_v":17,"composerId":"c2","createdAt":1772442003000,"fullConversationHeadersOnly":[{"bubbleId":"d1","type":1},{"bubbleId":"d2","type":2}]}'),
 ('bubbleId:c2:d1', '{"_v":3,"type":1,"bubbleId":"d1","text":"Find the hinge.","workspaceUris":["file:///home/ada/kiln%20two"]}'),
 ('bubbleId:c2:d2', '{"_v":3,"type":2,"bubbleId":"d2","text":"In door.py."}'),
 ('composerData:c3', '{"_v":1,"composerId":"c3","createdAt":1772445600000,"conversation":[{"bubbleId":"e1","type":1,"text":"sell two doors"},{"bubbleId":"e2","type":2,"text":"Sold."}]}'),
 ('composerData:c4', 'null'),
 ('composerData:c5', '{"composerId":'),
 ('checkpointId:c1:x', '{"text":"never read"}');
